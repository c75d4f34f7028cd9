package dev.skerry.s3.access;

import dev.skerry.blob.access.PublicAccessBlock;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import dev.skerry.s3.xml.XmlElement;
import dev.skerry.s3.xml.XmlLimits;
import dev.skerry.s3.xml.XmlReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;

/** S3's {@code PublicAccessBlockConfiguration}. */
public final class PublicAccessBlockXml {
    /** The root element. */
    public static final String ROOT = "PublicAccessBlockConfiguration";

    private static final String BLOCK_LISTS = "BlockPublicAcls";
    private static final String IGNORE_LISTS = "IgnorePublicAcls";
    private static final String BLOCK_POLICY = "BlockPublicPolicy";
    private static final String RESTRICT = "RestrictPublicBuckets";
    private static final Set<String> ELEMENTS = Set.of(BLOCK_LISTS, IGNORE_LISTS, BLOCK_POLICY, RESTRICT);

    private PublicAccessBlockXml() {}

    /** As S3 shows it. */
    public static XmlElement write(PublicAccessBlock block) {
        return new XmlElement(ROOT)
                .add(BLOCK_LISTS, block.blockLists())
                .add(IGNORE_LISTS, block.ignoreLists())
                .add(BLOCK_POLICY, block.blockPolicy())
                .add(RESTRICT, block.restrictBucket());
    }

    /**
     * Reads the document; what it does not name is off.
     *
     * @throws S3Exception with MalformedXML
     */
    public static PublicAccessBlock read(XmlElement block) {
        if (!block.children().stream().allMatch(child -> ELEMENTS.contains(child.name()))) {
            throw new S3Exception(S3ErrorCode.MALFORMED_XML);
        }
        return new PublicAccessBlock(
                flag(block, BLOCK_LISTS), flag(block, IGNORE_LISTS), flag(block, BLOCK_POLICY), flag(block, RESTRICT));
    }

    private static boolean flag(XmlElement block, String name) {
        Optional<String> text = block.textOf(name).map(String::strip);
        if (text.isEmpty()) {
            return false;
        }
        return switch (text.get()) {
            case "true", "TRUE", "True", "1" -> true;
            case "false", "FALSE", "False", "0" -> false;
            default -> throw new S3Exception(S3ErrorCode.MALFORMED_XML);
        };
    }

    /** What was kept. */
    static PublicAccessBlock ofKept(String kept) {
        return read(XmlReader.parse(kept.getBytes(StandardCharsets.UTF_8), XmlLimits.DEFAULT));
    }
}
