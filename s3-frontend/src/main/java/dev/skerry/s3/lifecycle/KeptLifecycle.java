package dev.skerry.s3.lifecycle;

import dev.skerry.blob.lifecycle.TransitionMinimum;
import dev.skerry.s3.xml.XmlElement;
import dev.skerry.s3.xml.XmlLimits;
import dev.skerry.s3.xml.XmlReader;
import dev.skerry.s3.xml.XmlWriter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The lifecycle configuration that a bucket keeps: a line that names the default minimum size of transitions, and then
 * S3's document, in which every rule has an id.
 *
 * @param minimum which objects are too small to be moved
 * @param document whose root is {@value #ROOT}
 */
public record KeptLifecycle(TransitionMinimum minimum, XmlElement document) {
    /** The root of the document. */
    public static final String ROOT = "LifecycleConfiguration";

    private static final String NONE = "none";
    private static final String EVERY_CLASS = "all_storage_classes_128K";
    private static final String BY_CLASS = "varies_by_storage_class";

    /** As the bucket keeps it. */
    public String text() {
        return nameOf(minimum).orElse(NONE) + '\n' + XmlWriter.writeRoot(document, XmlWriter.S3_NAMESPACE);
    }

    /**
     * What a bucket kept; throws {@code IllegalArgumentException} or what {@link XmlReader} throws where it is none.
     */
    public static KeptLifecycle parse(String text) {
        int line = text.indexOf('\n');
        String name = text.substring(0, Math.max(0, line));
        TransitionMinimum minimum = name.equals(NONE)
                ? TransitionMinimum.NONE
                : minimumOf(name)
                        .orElseThrow(() -> new IllegalArgumentException("minimum size of transitions: " + name));
        byte[] document = text.substring(line + 1).getBytes(StandardCharsets.UTF_8);
        return new KeptLifecycle(minimum, XmlReader.parse(document, XmlLimits.DEFAULT));
    }

    /** S3's name of a minimum; empty for none. */
    public static Optional<String> nameOf(TransitionMinimum minimum) {
        return switch (minimum) {
            case EVERY_CLASS -> Optional.of(EVERY_CLASS);
            case BY_CLASS -> Optional.of(BY_CLASS);
            case NONE -> Optional.empty();
        };
    }

    /** The minimum that S3 calls so. */
    public static Optional<TransitionMinimum> minimumOf(String name) {
        return switch (name) {
            case EVERY_CLASS -> Optional.of(TransitionMinimum.EVERY_CLASS);
            case BY_CLASS -> Optional.of(TransitionMinimum.BY_CLASS);
            default -> Optional.empty();
        };
    }
}
