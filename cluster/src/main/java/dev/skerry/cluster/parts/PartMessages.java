package dev.skerry.cluster.parts;

import dev.skerry.blob.BlobId;
import dev.skerry.blob.PartRef;
import dev.skerry.blob.Sha256;
import dev.skerry.blob.SlotId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The services that nodes have for each other's parts, and the form of what is asked of them. */
final class PartMessages {
    /** Takes a {@link StagingBatch}. */
    static final String STAGE = "parts-stage";

    /** Takes a {@link Read}; answers the bytes. */
    static final String READ = "parts-read";

    /** Takes a {@link Discard}; answers nothing. */
    static final String DISCARD = "parts-discard";

    private PartMessages() {}

    /** Bytes of a part, from its beginning counted. */
    record Read(SlotId slot, PartRef part, long from, long toExclusive) {
        byte[] encode() {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (DataOutputStream out = new DataOutputStream(bytes)) {
                out.writeInt(slot.value());
                out.writeUTF(part.place().folder().value());
                out.writeInt(part.place().fileIndex());
                out.writeLong(part.storedLengthBytes());
                out.writeUTF(part.sha256().hex());
                out.writeInt(part.blockChecksums().length);
                out.write(part.blockChecksums());
                out.writeLong(from);
                out.writeLong(toExclusive);
            } catch (IOException e) {
                throw new IllegalStateException("memory can be written to", e);
            }
            return bytes.toByteArray();
        }

        static Read decode(byte[] bytes) throws IOException {
            try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
                SlotId slot = new SlotId(in.readInt());
                PartRef.Place place = new PartRef.Place(new BlobId(in.readUTF()), in.readInt());
                long length = in.readLong();
                Sha256 sha256 = new Sha256(in.readUTF());
                byte[] checksums = readBytes(in, in.readInt());
                PartRef part = new PartRef(0, 0, length, length, sha256, PartRef.PLAIN, place, null, checksums);
                return new Read(slot, part, in.readLong(), in.readLong());
            } catch (IllegalArgumentException e) {
                throw new IOException("malformed request for bytes of a part", e);
            }
        }
    }

    /** A folder that nothing refers to. */
    record Discard(SlotId slot, BlobId folder) {
        byte[] encode() {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (DataOutputStream out = new DataOutputStream(bytes)) {
                out.writeInt(slot.value());
                out.writeUTF(folder.value());
            } catch (IOException e) {
                throw new IllegalStateException("memory can be written to", e);
            }
            return bytes.toByteArray();
        }

        static Discard decode(byte[] bytes) throws IOException {
            try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
                return new Discard(new SlotId(in.readInt()), new BlobId(in.readUTF()));
            } catch (IllegalArgumentException e) {
                throw new IOException("malformed request to discard a folder", e);
            }
        }
    }

    /** The answer of a node that has no such part, or a damaged one. */
    static byte[] none() {
        return new byte[] {0};
    }

    /** The answer of one that has it. */
    static byte[] some(byte[] bytes) {
        byte[] answer = new byte[bytes.length + 1];
        answer[0] = 1;
        System.arraycopy(bytes, 0, answer, 1, bytes.length);
        return answer;
    }

    /** The bytes in an answer; null where it says that there are none. */
    static byte @Nullable [] bytesOf(byte[] answer) {
        return answer.length < 1 || answer[0] == 0 ? null : Arrays.copyOfRange(answer, 1, answer.length);
    }

    /** So many bytes, if there are. */
    static byte[] readBytes(DataInputStream in, int length) throws IOException {
        if (length < 0 || length > in.available()) {
            throw new IOException("message with " + length + " bytes of " + in.available());
        }
        return in.readNBytes(length);
    }
}
