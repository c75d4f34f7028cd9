package dev.skerry.cluster.registry;

import io.scalecube.cluster.transport.api.Message;
import io.scalecube.cluster.transport.api.MessageCodec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.OutputStream;

/**
 * What the library says, as bytes: its messages write themselves, and of classes nothing is read but those they consist
 * of.
 */
final class GossipPackets implements MessageCodec {
    private static final String OF_LIBRARY = "io.scalecube.cluster.";
    private static final ObjectInputFilter ONLY_MESSAGES = ObjectInputFilter.Config.createFilter(String.join(
            ";",
            "maxbytes=" + GossipTransport.MAX_PACKET_BYTES,
            "maxdepth=12",
            "maxrefs=8192",
            "maxarray=4096",
            "java.lang.String",
            "java.lang.Enum",
            OF_LIBRARY + "Member",
            OF_LIBRARY + "transport.api.Message",
            OF_LIBRARY + "membership.MembershipRecord",
            OF_LIBRARY + "membership.MemberStatus",
            OF_LIBRARY + "membership.SyncData",
            OF_LIBRARY + "fdetector.PingData",
            OF_LIBRARY + "fdetector.PingData$AckType",
            OF_LIBRARY + "gossip.Gossip",
            OF_LIBRARY + "gossip.GossipRequest",
            OF_LIBRARY + "metadata.GetMetadataRequest",
            OF_LIBRARY + "metadata.GetMetadataResponse",
            "!*"));

    /** Reads a packet. */
    Message read(byte[] packet) throws IOException {
        return deserialize(new ByteArrayInputStream(packet));
    }

    /** Writes one. */
    byte[] write(Message message) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        serialize(message, out);
        return out.toByteArray();
    }

    @Override
    @SuppressWarnings("BanSerializableRead") // of classes that are listed above, from nodes that prove themselves
    public Message deserialize(InputStream stream) throws IOException {
        try (ObjectInputStream in = new ObjectInputStream(stream)) {
            in.setObjectInputFilter(ONLY_MESSAGES);
            Message message = new Message();
            message.readExternal(in);
            return message;
        } catch (ClassNotFoundException | RuntimeException e) {
            throw new IOException("no packet of gossip: " + e, e);
        }
    }

    @Override
    public void serialize(Message message, OutputStream stream) throws IOException {
        try (ObjectOutputStream out = new ObjectOutputStream(stream)) {
            message.writeExternal(out);
        }
    }
}
