package dev.skerry.s3.form;

import dev.skerry.http.HttpToken;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import dev.skerry.s3.xml.XmlElement;
import dev.skerry.s3.xml.XmlLimits;
import dev.skerry.s3.xml.XmlReader;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The fields of a form as the headers with which PutObject would say the same. Fields that are neither here nor the
 * form's own mean nothing.
 */
public final class FormHeaders {
    private static final String TAGGING = "x-amz-tagging";

    /** Fields named as their headers are. */
    private static final Set<String> SAME = Set.of(
            "cache-control",
            "content-type",
            "content-disposition",
            "content-encoding",
            "content-language",
            "content-md5",
            "expires",
            "x-amz-acl",
            "x-amz-date",
            "x-amz-storage-class",
            "x-amz-website-redirect-location",
            TAGGING);

    private static final List<String> SAME_PREFIXES = List.of(
            "x-amz-meta-", "x-amz-grant-", "x-amz-object-lock-", "x-amz-checksum-", "x-amz-server-side-encryption");

    private static final Map<String, String> OTHERWISE =
            Map.of("acl", "x-amz-acl", "x-amz-checksum-algorithm", "x-amz-sdk-checksum-algorithm");

    private FormHeaders() {}

    /**
     * The headers, by lower-case name; values hold one byte per character, as those from the wire do.
     *
     * @throws S3Exception with InvalidArgument for what no header can be, MalformedXML for tags that are none
     */
    public static Map<String, List<String>> of(PostForm form) {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        form.fields().forEach((name, value) -> {
            if (OTHERWISE.containsKey(name)) {
                headers.put(OTHERWISE.getOrDefault(name, name), List.of(headerValue(name, value)));
            } else if (SAME.contains(name) || SAME_PREFIXES.stream().anyMatch(name::startsWith)) {
                headers.put(name, List.of(headerValue(name, value)));
            }
        });
        form.field("tagging").ifPresent(document -> headers.put(TAGGING, List.of(tags(document))));
        return headers;
    }

    private static String headerValue(String name, String value) {
        if (!HttpToken.is(name)) {
            throw invalid(name, "Header name is not valid");
        }
        if (value.chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 0x7F)) {
            throw invalid(name, "Header value cannot contain control characters");
        }
        return new String(value.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1).strip();
    }

    private static S3Exception invalid(String name, String message) {
        return new S3Exception(S3ErrorCode.INVALID_ARGUMENT, message, Map.of("ArgumentName", name));
    }

    /** A document of tags as the header says them. */
    private static String tags(String document) {
        if (document.isBlank()) {
            return "";
        }
        XmlElement root = XmlReader.parse(document.getBytes(StandardCharsets.UTF_8), XmlLimits.DEFAULT);
        XmlElement set = root.first("TagSet")
                .filter(_ -> root.name().equals("Tagging"))
                .orElseThrow(() -> new S3Exception(S3ErrorCode.MALFORMED_XML));
        List<String> pairs = new ArrayList<>();
        for (XmlElement tag : set.children()) {
            pairs.add(encoded(tag, "Key") + "=" + encoded(tag, "Value"));
        }
        return String.join("&", pairs);
    }

    private static String encoded(XmlElement tag, String name) {
        return URLEncoder.encode(
                tag.textOf(name).orElseThrow(() -> new S3Exception(S3ErrorCode.MALFORMED_XML)), StandardCharsets.UTF_8);
    }
}
