package dev.skerry.blob.commit;

import dev.skerry.blob.BlobContent;
import dev.skerry.blob.PartRef;
import dev.skerry.blob.commit.Command.Body;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * The native API's ETag: the content's SHA-256 where it is known. Otherwise, as no pass saw the whole content or its
 * encryption shows no digests, the SHA-256 over the digests of its stored parts, and {@code -N} for their number, so
 * that nobody takes it for the former.
 */
final class NativeEtag {
    private NativeEtag() {}

    static String of(Body body) {
        if (body.sha256() != null) {
            return body.sha256().hex();
        }
        return switch (body.content()) {
            case BlobContent.Inline inline -> {
                String digest = HexFormat.of().formatHex(sha256().digest(inline.bytes()));
                yield body.sizeBytes() == 0 ? digest : digest + "-1";
            }
            case BlobContent.Parts parts -> ofParts(parts.parts());
        };
    }

    private static String ofParts(List<PartRef> parts) {
        MessageDigest digest = sha256();
        for (PartRef part : parts) {
            digest.update(HexFormat.of().parseHex(part.sha256().hex()));
        }
        return HexFormat.of().formatHex(digest.digest()) + "-" + parts.size();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
