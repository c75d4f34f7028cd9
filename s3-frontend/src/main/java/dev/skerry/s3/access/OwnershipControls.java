package dev.skerry.s3.access;

import dev.skerry.blob.access.Ownership;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import dev.skerry.s3.xml.XmlElement;
import java.util.List;
import java.util.Optional;

/** S3's {@code OwnershipControls}; kept as the one word that matters. */
public final class OwnershipControls {
    /** The root element. */
    public static final String ROOT = "OwnershipControls";

    private OwnershipControls() {}

    /** S3's word. */
    public static String name(Ownership ownership) {
        return switch (ownership) {
            case WRITER -> "ObjectWriter";
            case OWNER_PREFERRED -> "BucketOwnerPreferred";
            case OWNER_ENFORCED -> "BucketOwnerEnforced";
        };
    }

    /** The ownership of S3's word. */
    public static Optional<Ownership> named(String name) {
        for (Ownership ownership : Ownership.values()) {
            if (name(ownership).equals(name)) {
                return Optional.of(ownership);
            }
        }
        return Optional.empty();
    }

    /** As S3 shows it. */
    public static XmlElement write(Ownership ownership) {
        XmlElement controls = new XmlElement(ROOT);
        controls.child("Rule").add("ObjectOwnership", name(ownership));
        return controls;
    }

    /**
     * Reads the document.
     *
     * @throws S3Exception with MalformedXML
     */
    public static Ownership read(XmlElement controls) {
        List<XmlElement> rules = controls.children("Rule");
        if (rules.size() != 1 || controls.children().size() != 1) {
            throw new S3Exception(S3ErrorCode.MALFORMED_XML);
        }
        return rules.getFirst()
                .textOf("ObjectOwnership")
                .flatMap(text -> named(text.strip()))
                .orElseThrow(() -> new S3Exception(S3ErrorCode.MALFORMED_XML));
    }

    /** What was kept; throws {@code Corrupt} where it is none. */
    static Ownership ofKept(String kept) {
        return named(kept)
                .orElseThrow(() -> new StoreException(new StoreFailure.Corrupt("ownership controls " + kept)));
    }
}
