package dev.skerry.cluster.remote;

import dev.skerry.cluster.raft.RecordCodec;

/** Questions about metadata and their answers as bytes. */
final class MetadataMessages {
    /** The name of the service. */
    static final String SERVICE = "metadata";

    private static final RecordCodec CODEC = new RecordCodec();

    /** Something sealed has its case only where it is a component. */
    private record Asked(Question question) {}

    private record Said(Answer answer) {}

    private MetadataMessages() {}

    static byte[] write(Question question) {
        return CODEC.write(new Asked(question));
    }

    static byte[] write(Answer answer) {
        return CODEC.write(new Said(answer));
    }

    /**
     * The question of these bytes.
     *
     * @throws IllegalArgumentException if they are none
     */
    static Question question(byte[] bytes) {
        return CODEC.read(bytes, Asked.class).question();
    }

    /**
     * The answer of these bytes.
     *
     * @throws IllegalArgumentException if they are none
     */
    static Answer answer(byte[] bytes) {
        return CODEC.read(bytes, Said.class).answer();
    }
}
