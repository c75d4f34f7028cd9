package dev.skerry.compat.bench;

import dev.skerry.compat.bench.LoadClient.Answer;
import dev.skerry.compat.bench.LoadClient.Request;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A multipart upload: created, its parts sent one after the other, completed. It is not aborted where one of these
 * fails.
 *
 * @param path of the object, encoded
 * @param payload whether parts are signed
 */
record MultipartUpload(String path, List<Body> parts, Payload payload) implements Work {
    private static final Pattern UPLOAD_ID = Pattern.compile("<UploadId>([^<]+)</UploadId>");

    MultipartUpload {
        parts = List.copyOf(parts);
    }

    @Override
    public Future<Answer> sendOver(LoadClient client) {
        return client.send(Request.of(HttpMethod.POST, path, "uploads="), true).compose(created -> {
            Matcher id = UPLOAD_ID.matcher(created.text());
            if (!created.successful() || !id.find()) {
                return Future.succeededFuture(
                        new Answer(created.successful() ? 500 : created.status(), created.bytes(), "", created.text()));
            }
            return sendParts(client, encoded(id.group(1)), new ArrayList<>());
        });
    }

    private Future<Answer> sendParts(LoadClient client, String uploadId, List<String> etags) {
        if (etags.size() == parts.size()) {
            return complete(client, uploadId, etags);
        }
        String query = "partNumber=" + (etags.size() + 1) + "&uploadId=" + uploadId;
        Request part = new Request(HttpMethod.PUT, path, query, Map.of(), parts.get(etags.size()), payload);
        return client.send(part, false).compose(answer -> {
            if (!answer.successful()) {
                return Future.succeededFuture(answer);
            }
            etags.add(answer.etag());
            return sendParts(client, uploadId, etags);
        });
    }

    private Future<Answer> complete(LoadClient client, String uploadId, List<String> etags) {
        StringBuilder document = new StringBuilder("<CompleteMultipartUpload>");
        for (int i = 0; i < etags.size(); i++) {
            document.append("<Part><PartNumber>")
                    .append(i + 1)
                    .append("</PartNumber><ETag>")
                    .append(etags.get(i))
                    .append("</ETag></Part>");
        }
        Body body =
                Body.of(document.append("</CompleteMultipartUpload>").toString().getBytes(StandardCharsets.UTF_8));
        return client.send(
                new Request(HttpMethod.POST, path, "uploadId=" + uploadId, Map.of(), body, Payload.SIGNED), true);
    }

    @Override
    public long bodyBytes() {
        return parts.stream().mapToLong(Body::sizeBytes).sum();
    }

    /** As signatures want it: all but letters, digits and {@code -._~} in percents. */
    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A")
                .replace("%7E", "~");
    }
}
