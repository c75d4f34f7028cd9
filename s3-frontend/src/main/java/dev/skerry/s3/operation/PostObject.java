package dev.skerry.s3.operation;

import dev.skerry.blob.commit.Command.Occasion;
import dev.skerry.http.PercentCode;
import dev.skerry.s3.http.S3Handler;
import dev.skerry.s3.http.S3Request;
import dev.skerry.s3.http.S3Response;
import dev.skerry.s3.xml.XmlElement;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * POST Object: PutObject with the answer a form asks for.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html">POST Object</a>
 */
final class PostObject implements S3Handler {
    private static final String ETAG = "ETag";
    private static final String LOCATION = "Location";
    private static final Pattern WEB_ADDRESS = Pattern.compile("https?://[^/?#\\p{Cntrl}]+[^\\p{Cntrl}]*");

    private final PutObject put;

    /** With what writes the object. */
    PostObject(PutObject put) {
        this.put = put;
    }

    @Override
    public S3Response handle(S3Request request) {
        String bucket = Named.name(request);
        String key = request.path().key();
        Map<String, String> headers =
                new LinkedHashMap<>(put.put(request, Occasion.FORM).headers());
        String etag = headers.getOrDefault(ETAG, "");
        Optional<String> redirect = redirect(request);
        if (redirect.isPresent()) {
            headers.put(LOCATION, withResult(redirect.get(), bucket, key, etag));
            return new S3Response.Empty(303, headers);
        }
        String location = request.bucketUrl() + "/" + PercentCode.encode(key);
        headers.put(LOCATION, location);
        return switch (request.query("success_action_status").orElse("")) {
            case "200" -> new S3Response.Empty(200, headers);
            case "201" ->
                new S3Response.PlainXml(
                        201,
                        headers,
                        new XmlElement("PostResponse")
                                .add("Location", location)
                                .add("Bucket", bucket)
                                .add("Key", key)
                                .add(ETAG, etag));
            default -> new S3Response.Empty(204, headers);
        };
    }

    /** Where the form wants its sender sent; what is no address of the web is as if it were not there. */
    private static Optional<String> redirect(S3Request request) {
        return request.query("success_action_redirect")
                .or(() -> request.query("redirect"))
                .map(String::strip)
                .filter(target ->
                        WEB_ADDRESS.matcher(target.toLowerCase(Locale.ROOT)).matches());
    }

    private static String withResult(String target, String bucket, String key, String etag) {
        int hash = target.indexOf('#');
        String page = hash < 0 ? target : target.substring(0, hash);
        String result = "bucket=" + encode(bucket) + "&key=" + encode(key) + "&etag=" + encode(etag);
        return ascii(page + (page.indexOf('?') < 0 ? "?" : "&") + result + (hash < 0 ? "" : target.substring(hash)));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** With everything escaped that a header cannot carry. */
    private static String ascii(String address) {
        StringBuilder ascii = new StringBuilder(address.length() + 16);
        address.codePoints().forEach(c -> {
            if (c > ' ' && c < 0x7F) {
                ascii.append((char) c);
            } else {
                ascii.append(PercentCode.encode(Character.toString(c)));
            }
        });
        return ascii.toString();
    }
}
