package dev.skerry.compat.wire;

import dev.skerry.compat.server.SkerryServer;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A request under construction; every part of it can be made wrong. The path and the query are kept as they go out. */
public final class WireRequest {
    private final String method;
    private final String path;
    private final Map<String, String> query = new LinkedHashMap<>();
    private final SortedMap<String, String> headers = new TreeMap<>();
    private byte[] body = new byte[0];
    private @Nullable String payloadHash;
    private String accessKey = SkerryServer.ACCESS_KEY;
    private String secretKey = SkerryServer.SECRET_KEY;
    private Instant time = Instant.now();
    private boolean announceLength = true;

    private WireRequest(String method, String path, URI server) {
        this.method = method;
        this.path = path;
        headers.put("host", server.getAuthority());
    }

    /** A request for a path that is already percent-encoded. */
    public static WireRequest of(String method, URI server, String path) {
        return new WireRequest(method, path, server);
    }

    /** A request for an object. */
    public static WireRequest object(String method, URI server, String bucket, String key) {
        return new WireRequest(method, "/" + bucket + "/" + encode(key).replace("%2F", "/"), server);
    }

    /** Percent-encoded as SigV4 wants it. */
    public static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A")
                .replace("%7E", "~");
    }

    public String method() {
        return method;
    }

    String path() {
        return path;
    }

    Map<String, String> query() {
        return query;
    }

    public WireRequest query(String name, String value) {
        query.put(encode(name), encode(value));
        return this;
    }

    public WireRequest header(String name, String value) {
        headers.put(name.toLowerCase(Locale.ROOT), value);
        return this;
    }

    public WireRequest body(byte[] bytes) {
        body = bytes;
        return this;
    }

    public WireRequest body(String text) {
        return body(Bytes.utf8(text));
    }

    /** What {@code x-amz-content-sha256} says; without this, the truth. */
    public WireRequest payloadHash(String value) {
        payloadHash = value;
        return this;
    }

    public WireRequest credentials(String access, String secret) {
        accessKey = access;
        secretKey = secret;
        return this;
    }

    public WireRequest at(Instant when) {
        time = when;
        return this;
    }

    /** Sends no Content-Length. */
    public WireRequest withoutLength() {
        announceLength = false;
        return this;
    }

    /** Signs by header. Nothing may be changed afterwards, except to break it. */
    public WireRequest sign() {
        Signer signer = new Signer(accessKey, secretKey, time);
        String hash = payloadHash == null ? Bytes.sha256(body) : payloadHash;
        sign(signer, hash);
        return this;
    }

    private String sign(Signer signer, String hash) {
        headers.put("x-amz-date", signer.stamp());
        headers.put("x-amz-content-sha256", hash);
        String signature = signer.requestSignature(this, headers, hash);
        headers.put(
                "authorization",
                "AWS4-HMAC-SHA256 Credential=" + signer.credential() + ",SignedHeaders=" + Signer.signedHeaders(headers)
                        + ",Signature=" + signature);
        return signature;
    }

    /** Signs by query: only the host header is signed. */
    public WireRequest presign(Duration validFor) {
        Signer signer = new Signer(accessKey, secretKey, time);
        query("X-Amz-Algorithm", "AWS4-HMAC-SHA256");
        query("X-Amz-Credential", signer.credential());
        query("X-Amz-Date", signer.stamp());
        query("X-Amz-Expires", Long.toString(validFor.toSeconds()));
        query("X-Amz-SignedHeaders", "host");
        SortedMap<String, String> signed = new TreeMap<>(Map.of("host", headers.get("host")));
        query("X-Amz-Signature", signer.requestSignature(this, signed, "UNSIGNED-PAYLOAD"));
        return this;
    }

    /** Encodes the body as {@code aws-chunked} in this form and signs. */
    public WireRequest signChunked(Chunking chunking) {
        Signer signer = new Signer(accessKey, secretKey, time);
        header("content-encoding", "aws-chunked");
        header("x-amz-decoded-content-length", Integer.toString(body.length));
        if (!chunking.trailers().isEmpty()) {
            header("x-amz-trailer", String.join(",", chunking.trailers().keySet()));
        }
        String seed = sign(signer, chunking.payloadHash());
        body = chunking.encode(body, signer, seed);
        return this;
    }

    /** What goes over the wire. */
    public byte[] toBytes() {
        StringBuilder head = new StringBuilder(method).append(' ').append(path);
        char separator = '?';
        for (Map.Entry<String, String> parameter : query.entrySet()) {
            head.append(separator).append(parameter.getKey());
            if (!parameter.getValue().isEmpty()) {
                head.append('=').append(parameter.getValue());
            }
            separator = '&';
        }
        head.append(" HTTP/1.1\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        if (announceLength && !headers.containsKey("content-length") && !headers.containsKey("transfer-encoding")) {
            head.append("content-length: ").append(body.length).append("\r\n");
        }
        head.append("\r\n");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(head.toString().getBytes(StandardCharsets.UTF_8));
        bytes.writeBytes(body);
        return bytes.toByteArray();
    }
}
