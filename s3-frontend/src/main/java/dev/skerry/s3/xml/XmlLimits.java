package dev.skerry.s3.xml;

/**
 * How much of a document is read before it is refused.
 *
 * @param maxBytes of the document
 * @param maxDepth of elements within elements
 * @param maxElements altogether
 */
public record XmlLimits(int maxBytes, int maxDepth, int maxElements) {
    /** Room for an upload of 10,000 parts with every checksum, or a delete of 1,000 long keys. */
    public static final XmlLimits DEFAULT = new XmlLimits(8 * 1024 * 1024, 16, 120_000);
}
