package dev.skerry.cluster.parts;

import dev.skerry.blob.BlobId;
import dev.skerry.blob.Durability;
import dev.skerry.blob.PartRef;
import dev.skerry.blob.Sha256;
import dev.skerry.blob.SlotId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * What a replica is told next of one write, in one call.
 *
 * @param staging names the write, by two numbers that its node drew
 * @param sequence of the batch in its write, from 0: a replica that misses one takes none that follows
 */
record StagingBatch(Id staging, int sequence, SlotId slot, BlobId folder, Durability durability, List<Step> steps) {
    private static final int MAX_STEPS = 100_000;

    /** Of a batch without its names and steps. */
    private static final int HEAD_BYTES = 32;

    /** A write under way. */
    record Id(long high, long low) {}

    /** One thing to be done, in order. */
    sealed interface Step {
        /** The next file begins. */
        record Begin() implements Step {}

        /** Bytes of it. */
        record Write(byte[] bytes) implements Step {}

        /** It ends and is made durable. */
        record Seal() implements Step {}

        /** It is given up. */
        record Drop() implements Step {}

        /** The write ends; what was staged goes, or stays. */
        record Close(boolean keep) implements Step {}
    }

    /** How it went: which files were sealed, or why nothing more of the write is taken. */
    sealed interface Answer {
        record Done(List<SealedFile> sealed) implements Answer {}

        record Failed(boolean noRoom, String reason) implements Answer {}
    }

    /** A file as a replica has it. */
    record SealedFile(long lengthBytes, Sha256 sha256, byte[] blockChecksums) {
        static SealedFile of(PartRef part) {
            return new SealedFile(part.storedLengthBytes(), part.sha256(), part.blockChecksums());
        }
    }

    StagingBatch {
        steps = List.copyOf(steps);
    }

    byte[] encode() {
        Whole bytes = new Whole(HEAD_BYTES
                + folder.value().length()
                + durability.name().length()
                + steps.stream()
                        .mapToInt(step -> step instanceof Step.Write(byte[] run) ? run.length + 5 : 1)
                        .sum());
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeLong(staging.high);
            out.writeLong(staging.low);
            out.writeInt(sequence);
            out.writeInt(slot.value());
            out.writeUTF(folder.value());
            out.writeUTF(durability.name());
            out.writeInt(steps.size());
            for (Step step : steps) {
                switch (step) {
                    case Step.Begin() -> out.writeByte('B');
                    case Step.Write(byte[] run) -> {
                        out.writeByte('W');
                        out.writeInt(run.length);
                        out.write(run);
                    }
                    case Step.Seal() -> out.writeByte('S');
                    case Step.Drop() -> out.writeByte('D');
                    case Step.Close(boolean keep) -> out.writeByte(keep ? 'K' : 'A');
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException("memory can be written to", e);
        }
        return bytes.toByteArray();
    }

    /** Bytes of a length that is known, which are not copied at the end: they are hundreds of KiB. */
    private static final class Whole extends ByteArrayOutputStream {
        Whole(int length) {
            super(length);
        }

        @Override
        public synchronized byte[] toByteArray() {
            return count == buf.length ? buf : super.toByteArray();
        }
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @throws IOException if it is something else
     */
    static StagingBatch decode(byte[] bytes) throws IOException {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            Id staging = new Id(in.readLong(), in.readLong());
            int sequence = in.readInt();
            SlotId slot = new SlotId(in.readInt());
            BlobId folder = new BlobId(in.readUTF());
            Durability durability = Durability.valueOf(in.readUTF());
            int count = in.readInt();
            if (count < 0 || count > MAX_STEPS) {
                throw new IOException("batch of " + count + " steps");
            }
            List<Step> steps = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                steps.add(step(in));
            }
            return new StagingBatch(staging, sequence, slot, folder, durability, steps);
        } catch (IllegalArgumentException e) {
            throw new IOException("malformed batch", e);
        }
    }

    private static Step step(DataInputStream in) throws IOException {
        int kind = in.readUnsignedByte();
        return switch (kind) {
            case 'B' -> new Step.Begin();
            case 'W' -> new Step.Write(PartMessages.readBytes(in, in.readInt()));
            case 'S' -> new Step.Seal();
            case 'D' -> new Step.Drop();
            case 'K' -> new Step.Close(true);
            case 'A' -> new Step.Close(false);
            default -> throw new IOException("step of kind " + kind);
        };
    }

    static byte[] encode(Answer answer) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            switch (answer) {
                case Answer.Done(List<SealedFile> sealed) -> {
                    out.writeByte(0);
                    out.writeInt(sealed.size());
                    for (SealedFile file : sealed) {
                        out.writeLong(file.lengthBytes);
                        out.write(HexFormat.of().parseHex(file.sha256.hex()));
                        out.writeInt(file.blockChecksums.length);
                        out.write(file.blockChecksums);
                    }
                }
                case Answer.Failed(boolean noRoom, String reason) -> {
                    out.writeByte(noRoom ? 2 : 1);
                    out.writeUTF(reason.length() > 1000 ? reason.substring(0, 1000) : reason);
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException("memory can be written to", e);
        }
        return bytes.toByteArray();
    }

    static Answer decodeAnswer(byte[] bytes) throws IOException {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int kind = in.readUnsignedByte();
            if (kind != 0) {
                return new Answer.Failed(kind == 2, in.readUTF());
            }
            int count = in.readInt();
            List<SealedFile> sealed = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                long length = in.readLong();
                Sha256 sha256 = new Sha256(HexFormat.of().formatHex(PartMessages.readBytes(in, 32)));
                sealed.add(new SealedFile(length, sha256, PartMessages.readBytes(in, in.readInt())));
            }
            return new Answer.Done(sealed);
        }
    }
}
