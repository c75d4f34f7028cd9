package dev.skerry.cluster.peer;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What goes one way over a {@link CallStream} at a time: calls, or answers, with what proves it at the end where the
 * connection does not.
 *
 * @param timeMillis when it was made, by the sender's clock
 */
record StreamMessage(long timeMillis, List<Part> parts) {
    private static final int HEAD_BYTES = 32;

    /**
     * A call or an answer.
     *
     * @param number of the call in its stream
     * @param service its name; of an answer empty
     * @param status of an answer, as HTTP has it; of a call 0
     */
    record Part(long number, String service, int status, byte[] body) {
        static Part call(long number, String service, byte[] body) {
            return new Part(number, service, 0, body);
        }

        static Part answer(long number, int status, byte[] body) {
            return new Part(number, "", status, body);
        }

        /** About how long it is. */
        int bytes() {
            return HEAD_BYTES + service.length() + body.length;
        }
    }

    StreamMessage {
        parts = List.copyOf(parts);
    }

    byte[] encode() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(
                HEAD_BYTES + parts.stream().mapToInt(Part::bytes).sum());
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeLong(timeMillis);
            out.writeInt(parts.size());
            for (Part part : parts) {
                out.writeLong(part.number);
                out.writeUTF(part.service);
                out.writeShort(part.status);
                out.writeInt(part.body.length);
                out.write(part.body);
            }
        } catch (IOException e) {
            throw new IllegalStateException("memory can be written to", e);
        }
        return bytes.toByteArray();
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @throws IOException if it is something else
     */
    static StreamMessage decode(byte[] bytes, int length) throws IOException {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes, 0, length))) {
            long timeMillis = in.readLong();
            int count = in.readInt();
            List<Part> parts = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                long number = in.readLong();
                String service = in.readUTF();
                int status = in.readUnsignedShort();
                int bodyLength = in.readInt();
                if (bodyLength < 0 || bodyLength > in.available()) {
                    throw new IOException("a body of " + bodyLength + " bytes where " + in.available() + " are left");
                }
                parts.add(new Part(number, service, status, in.readNBytes(bodyLength)));
            }
            if (in.available() > 0) {
                throw new IOException(in.available() + " bytes after the last part");
            }
            return new StreamMessage(timeMillis, parts);
        }
    }
}
