package dev.skerry.s3.operation;

import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import dev.skerry.s3.http.S3Request;
import dev.skerry.s3.xml.XmlElement;
import dev.skerry.s3.xml.XmlLimits;
import dev.skerry.s3.xml.XmlReader;
import dev.skerry.s3.xml.XmlWriter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The documents that requests carry and buckets keep. */
final class Documents {
    private Documents() {}

    /**
     * The document of a request.
     *
     * @throws S3Exception with MissingRequestBodyError or MalformedXML
     */
    static XmlElement read(S3Request request, String root, int maximumBytes) {
        return readIfAny(request, root, maximumBytes)
                .orElseThrow(() -> new S3Exception(S3ErrorCode.MISSING_REQUEST_BODY));
    }

    /** The document of a request, where it has one. */
    static Optional<XmlElement> readIfAny(S3Request request, String root, int maximumBytes) {
        byte[] body = request.smallBody(maximumBytes);
        if (body.length == 0) {
            return Optional.empty();
        }
        XmlElement document = XmlReader.parse(body, XmlLimits.DEFAULT);
        if (!document.name().equals(root)) {
            throw new S3Exception(S3ErrorCode.MALFORMED_XML);
        }
        return Optional.of(document);
    }

    /** A document as a bucket keeps it. */
    static String write(XmlElement document) {
        return XmlWriter.writeRoot(document, XmlWriter.S3_NAMESPACE);
    }

    /** A document that a bucket kept. */
    static XmlElement parse(String kept) {
        return XmlReader.parse(kept.getBytes(StandardCharsets.UTF_8), XmlLimits.DEFAULT);
    }

    /** The text of a child that must be there. */
    static String required(XmlElement parent, String child) {
        return parent.textOf(child).orElseThrow(() -> new S3Exception(S3ErrorCode.MALFORMED_XML));
    }
}
