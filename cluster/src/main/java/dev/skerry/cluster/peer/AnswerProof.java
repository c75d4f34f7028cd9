package dev.skerry.cluster.peer;

import java.util.Base64;
import java.util.Optional;

/**
 * What an answer between nodes says of itself in its head.
 *
 * @param run the number that the called node drew when it started
 * @param tag of the body
 * @param mac over all of it, and over which request it answers
 */
record AnswerProof(long run, byte[] tag, byte[] mac) {
    private static final String VERSION = "1";
    private static final int FIELDS = 4;
    private static final int HEX = 16;
    private static final int MAX_CHARACTERS = 256;

    /** A proof of the answer to the request of that number. */
    static AnswerProof of(SessionKeys keys, long number, int status, long run, byte[] tag) {
        return new AnswerProof(run, tag, keys.prove(text(number, status, run, tag)));
    }

    /** Whether the keys, which must be of its session, prove it of that answer. */
    boolean holds(SessionKeys keys, long number, int status) {
        return keys.proves(mac, text(number, status, run, tag));
    }

    private static String text(long number, int status, long run, byte[] tag) {
        return "answer\n" + number + "\n" + status + "\n" + Long.toHexString(run) + "\n" + RequestProof.encode(tag);
    }

    /** The header's value. */
    String header() {
        return String.join(" ", VERSION, Long.toHexString(run), RequestProof.encode(tag), RequestProof.encode(mac));
    }

    /** Reads a header's value; empty where it has another form. */
    static Optional<AnswerProof> parse(String header) {
        String[] fields = header.length() > MAX_CHARACTERS ? new String[0] : header.split(" ", FIELDS + 1);
        if (fields.length != FIELDS || !fields[0].equals(VERSION)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new AnswerProof(
                    Long.parseUnsignedLong(fields[1], HEX),
                    Base64.getUrlDecoder().decode(fields[2]),
                    Base64.getUrlDecoder().decode(fields[3])));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }
}
