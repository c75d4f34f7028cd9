package dev.skerry.compat.wire;

import dev.skerry.compat.server.SkerryServer;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A form that uploads a file, as a browser sends it; every part of it can be made wrong. */
public final class Form {
    private static final String BOUNDARY = "----WebKitFormBoundary7MA4YWxkTrZu0gW";

    private final List<Map.Entry<String, String>> fields = new ArrayList<>();
    private String fileName = "picture.jpg";
    private byte[] file = new byte[0];

    /** One more field, behind the others. */
    public Form field(String name, String value) {
        fields.add(Map.entry(name, value));
        return this;
    }

    /** What is uploaded. */
    public Form file(String name, byte[] content) {
        fileName = name;
        file = content;
        return this;
    }

    /**
     * Signs, by version 4, a policy that holds for an hour.
     *
     * @param conditions in JSON, beside those the signature needs
     */
    public Form sign(String... conditions) {
        return sign(Instant.now().plus(Duration.ofHours(1)), conditions);
    }

    /** The same with a policy that holds until then. */
    public Form sign(Instant expiration, String... conditions) {
        Signer signer = new Signer(SkerryServer.ACCESS_KEY, SkerryServer.SECRET_KEY, Instant.now());
        field("X-Amz-Algorithm", "AWS4-HMAC-SHA256");
        field("X-Amz-Credential", signer.credential());
        field("X-Amz-Date", signer.stamp());
        List<String> all = new ArrayList<>(List.of(conditions));
        all.add("{\"x-amz-algorithm\": \"AWS4-HMAC-SHA256\"}");
        all.add("{\"x-amz-credential\": \"" + signer.credential() + "\"}");
        all.add("{\"x-amz-date\": \"" + signer.stamp() + "\"}");
        String policy = policy(expiration, all);
        field("Policy", policy);
        return field("X-Amz-Signature", signer.policySignature(policy));
    }

    /** Signs a policy by version 2. */
    public Form signOld(String... conditions) {
        String policy = policy(Instant.now().plus(Duration.ofHours(1)), List.of(conditions));
        try {
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(Bytes.utf8(SkerryServer.SECRET_KEY), "HmacSHA1"));
            String signature = Base64.getEncoder().encodeToString(mac.doFinal(Bytes.utf8(policy)));
            field("AWSAccessKeyId", SkerryServer.ACCESS_KEY);
            field("policy", policy);
            return field("signature", signature);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String policy(Instant expiration, List<String> conditions) {
        String policy = conditions.stream()
                .collect(Collectors.joining(",", "{\"expiration\":\"" + expiration + "\",\"conditions\":[", "]}"));
        return Base64.getEncoder().encodeToString(Bytes.utf8(policy));
    }

    /** The request that sends it to a bucket. */
    public WireRequest to(URI server, String bucket) {
        return WireRequest.of("POST", server, "/" + bucket)
                .header("content-type", "multipart/form-data; boundary=" + BOUNDARY)
                .body(toBytes());
    }

    private byte[] toBytes() {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (Map.Entry<String, String> field : fields) {
            body.writeBytes(Bytes.utf8("--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"" + field.getKey()
                    + "\"\r\n\r\n" + field.getValue() + "\r\n"));
        }
        body.writeBytes(Bytes.utf8("--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\""
                + fileName + "\"\r\nContent-Type: image/jpeg\r\n\r\n"));
        body.writeBytes(file);
        body.writeBytes(Bytes.utf8("\r\n--" + BOUNDARY + "--\r\n"));
        return body.toByteArray();
    }
}
