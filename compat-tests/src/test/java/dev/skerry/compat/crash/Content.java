package dev.skerry.compat.crash;

import dev.skerry.compat.wire.Bytes;
import java.io.ByteArrayOutputStream;
import java.util.List;

/**
 * What a write wrote, in a form that can be kept in numbers. No parts at all means a delete marker.
 *
 * @param seed of the first part; each further part has the next number
 * @param partSizes one for a plain write, several for a multipart upload
 */
record Content(long seed, List<Integer> partSizes) {
    static final Content MARKER = new Content(0, List.of());

    /** Bodies up to this size live in the slot's database and have no part file. */
    static final int INLINE = 8192;

    Content {
        partSizes = List.copyOf(partSizes);
    }

    boolean isMarker() {
        return partSizes.isEmpty();
    }

    byte[] part(int index) {
        return Bytes.of(seed + index, partSizes.get(index));
    }

    byte[] bytes() {
        if (partSizes.size() == 1) {
            return part(0);
        }
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        for (int i = 0; i < partSizes.size(); i++) {
            whole.writeBytes(part(i));
        }
        return whole.toByteArray();
    }

    /** The names that its part files bear. */
    List<String> partHashes() {
        return java.util.stream.IntStream.range(0, partSizes.size())
                .filter(i -> partSizes.get(i) > INLINE)
                .mapToObj(i -> Bytes.sha256(part(i)))
                .toList();
    }
}
