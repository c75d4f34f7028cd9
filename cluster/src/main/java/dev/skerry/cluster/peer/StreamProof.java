package dev.skerry.cluster.peer;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.Arrays;

/**
 * Proves the messages of one stream: each by a tag over its bytes with the stream's keys and its number, so that none
 * is changed, left out, repeated or put elsewhere. Of the stream's event loop.
 */
final class StreamProof {
    private final SessionKeys keys;
    private final SessionKeys.Speaker self;
    private final SessionKeys.Speaker other;
    private long written;
    private long read;

    /**
     * Of one end.
     *
     * @param keys of this stream and no other
     */
    StreamProof(SessionKeys keys, SessionKeys.Speaker self) {
        this.keys = keys;
        this.self = self;
        this.other = self == SessionKeys.Speaker.CALLER ? SessionKeys.Speaker.CALLED : SessionKeys.Speaker.CALLER;
    }

    /** The next message as it is sent. */
    Buffer seal(StreamMessage message) {
        byte[] bytes = message.encode();
        return Buffer.buffer(bytes.length + SessionKeys.TAG_BYTES)
                .appendBytes(bytes)
                .appendBytes(keys.tag(self, written++, bytes));
    }

    /**
     * The next message that came.
     *
     * @throws IOException if the other end did not send it, as the next one, in these words
     */
    StreamMessage open(Buffer sealed) throws IOException {
        byte[] bytes = sealed.getBytes();
        int length = bytes.length - SessionKeys.TAG_BYTES;
        if (length < 0) {
            throw new IOException("a message of " + bytes.length + " bytes");
        }
        byte[] said = Arrays.copyOf(bytes, length);
        if (!keys.isTag(Arrays.copyOfRange(bytes, length, bytes.length), other, read++, said)) {
            throw new IOException("the message's proof is wrong");
        }
        return StreamMessage.decode(said, length);
    }
}
