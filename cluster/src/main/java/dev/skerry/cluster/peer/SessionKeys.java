package dev.skerry.cluster.peer;

import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.MessageDigest;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The keys with which one node proves to another what it says, and the other what it answers. They follow from the
 * secret, the cluster, both nodes, and a number of each node's that it drew when it started: so a proof is good for
 * nothing but the words of that node to that node, while both run.
 *
 * <p>What stands in a request's head is proved by HMAC-SHA256. Its body is proved by a tag of 16 bytes that stands
 * there too: GMAC (AES-256-GCM without a plain text, NIST SP 800-38D), which costs a tenth of a digest. Its nonce is
 * the number of the request, which a session uses once, and who speaks.
 */
final class SessionKeys {
    /** The bytes of a body's tag. */
    static final int TAG_BYTES = 16;

    private static final String GMAC = "AES/GCM/NoPadding";
    private static final int NONCE_BYTES = 12;

    private final SecretKeySpec headKey;
    private final SecretKeySpec bodyKey;

    /** Those that idle, as many as were used at once: to look one up costs more than it does with a short text. */
    private final Queue<Mac> macs = new ConcurrentLinkedQueue<>();

    private final Queue<Cipher> ciphers = new ConcurrentLinkedQueue<>();

    /** Who speaks. */
    enum Speaker {
        CALLER,
        CALLED
    }

    private SessionKeys(SecretKeySpec headKey, SecretKeySpec bodyKey) {
        this.headKey = headKey;
        this.bodyKey = bodyKey;
    }

    /**
     * The keys of a session.
     *
     * @param session the number of the caller's
     * @param run the number of the called node's
     */
    static SessionKeys derive(ClusterSecret secret, PeerIdentity caller, NodeId called, long session, long run) {
        String text = String.join(
                "\n",
                "skerry-internal-1",
                caller.clusterId(),
                caller.node().value(),
                called.value(),
                Long.toHexString(session),
                Long.toHexString(run));
        SecretKeySpec headKey = ClusterSecret.key(secret.derive(text + "\nhead"));
        return new SessionKeys(headKey, new SecretKeySpec(secret.derive(text + "\nbody"), "AES"));
    }

    /** Keys of a stream that the request of that number began, for it alone. */
    SessionKeys ofStream(long number) {
        byte[] head = prove("stream\n" + number + "\nhead");
        byte[] body = prove("stream\n" + number + "\nbody");
        return new SessionKeys(ClusterSecret.key(head), new SecretKeySpec(body, "AES"));
    }

    /** The proof of a head. */
    byte[] prove(String head) {
        Mac idle = macs.poll();
        Mac mac = idle == null ? ClusterSecret.mac(headKey) : idle;
        byte[] proof = mac.doFinal(head.getBytes(StandardCharsets.UTF_8));
        macs.add(mac);
        return proof;
    }

    /** Whether that proves the head; takes as long whatever it is. */
    boolean proves(byte[] proof, String head) {
        return MessageDigest.isEqual(proof, prove(head));
    }

    /** The tag of the body that the speaker sends with a request, or its answer, of that number. */
    byte[] tag(Speaker speaker, long number, byte[] body) {
        try {
            byte[] nonce = ByteBuffer.allocate(NONCE_BYTES)
                    .putInt(speaker == Speaker.CALLER ? 0 : 1)
                    .putLong(number)
                    .array();
            Cipher cipher = cipher(new GCMParameterSpec(TAG_BYTES * Byte.SIZE, nonce));
            cipher.updateAAD(body);
            byte[] tag = cipher.doFinal();
            ciphers.add(cipher);
            return tag;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + GMAC, e);
        }
    }

    /** One that idles, or another. */
    private Cipher cipher(GCMParameterSpec parameters) throws GeneralSecurityException {
        Cipher idle = ciphers.poll();
        if (idle != null) {
            try {
                idle.init(Cipher.ENCRYPT_MODE, bodyKey, parameters);
                return idle;
            } catch (InvalidAlgorithmParameterException _) {
                // it had this nonce last, for a body that is looked at once more
            }
        }
        Cipher fresh = Cipher.getInstance(GMAC);
        fresh.init(Cipher.ENCRYPT_MODE, bodyKey, parameters);
        return fresh;
    }

    /** Whether that is the body's tag; takes as long whatever it is. */
    boolean isTag(byte[] tag, Speaker speaker, long number, byte[] body) {
        return MessageDigest.isEqual(tag, tag(speaker, number, body));
    }
}
