package dev.skerry.server;

import dev.skerry.config.HostPort;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** A client of S3 with one connection, as small as it can be, for {@link Rehearsal}. Used by one thread. */
final class RehearsalClient implements AutoCloseable {
    private static final int READ_TIMEOUT_MS = 20_000;
    private static final String HMAC = "HmacSHA256";
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final String host;
    private final String accessKey;
    private final String secretKey;
    private final Socket socket;
    private final InputStream in;
    private boolean signing = true;
    private boolean signingBodies = true;

    /** Connects. */
    RehearsalClient(HostPort address, String accessKey, String secretKey) throws IOException {
        this.host = address.toString();
        this.accessKey = accessKey;
        this.secretKey = secretKey;
        this.socket = new Socket(address.host(), address.port());
        socket.setSoTimeout(READ_TIMEOUT_MS);
        socket.setTcpNoDelay(true);
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    /** Whether to sign what is asked from now on, or to ask as nobody. */
    void sign(boolean on) {
        signing = on;
    }

    /** Whether signatures are to cover bodies. */
    void signBodies(boolean on) {
        signingBodies = on;
    }

    /**
     * Asks, and waits for the whole answer.
     *
     * @param target path and query as they are signed: encoded, parameters in order, each with its equals sign
     * @param expected the status
     * @return head and body of the answer, header names in lower case
     */
    String ask(String method, String target, byte @Nullable [] body, int expected) throws IOException {
        byte[] sent = body == null ? new byte[0] : body;
        StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: " + host + "\r\n");
        String hash = signingBodies ? HexFormat.of().formatHex(digest("SHA-256", sent)) : "UNSIGNED-PAYLOAD";
        head.append("x-amz-content-sha256: ").append(hash).append("\r\n");
        if (body != null) {
            head.append("Content-Length: ").append(body.length).append("\r\nContent-MD5: ");
            head.append(Base64.getEncoder().encodeToString(digest("MD5", body))).append("\r\n");
        }
        if (signing) {
            head.append(signature(method, target, hash));
        }
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII));
        request.writeBytes(sent);
        socket.getOutputStream().write(request.toByteArray());
        String answer = answer(method.equals("HEAD"));
        if (!answer.startsWith("http/1.1 " + expected)) {
            throw new IllegalStateException(method + " " + target + " (expected: " + expected + "): " + answer);
        }
        return answer;
    }

    private String answer(boolean bodiless) throws IOException {
        StringBuilder head = new StringBuilder();
        int length = 0;
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            String name = line.substring(0, Math.max(colon, 0)).toLowerCase(Locale.ROOT);
            if (name.equals("content-length")) {
                length = Integer.parseInt(line.substring(colon + 1).trim());
            }
            head.append(colon < 0 ? line.toLowerCase(Locale.ROOT) : name + line.substring(colon))
                    .append('\n');
        }
        byte[] body = in.readNBytes(bodiless ? 0 : length);
        return head + new String(body, StandardCharsets.UTF_8);
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("the server closed the connection");
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    private String signature(String method, String target, String bodyHash) {
        String date = DATE.format(Instant.now());
        String scope = date.substring(0, 8) + "/us-east-1/s3/aws4_request";
        int question = target.indexOf('?');
        String path = question < 0 ? target : target.substring(0, question);
        String query = question < 0 ? "" : target.substring(question + 1);
        String canonical = method + "\n" + path + "\n" + query + "\nhost:" + host + "\nx-amz-content-sha256:" + bodyHash
                + "\nx-amz-date:" + date + "\n\nhost;x-amz-content-sha256;x-amz-date\n" + bodyHash;
        byte[] key = ("AWS4" + secretKey).getBytes(StandardCharsets.UTF_8);
        for (String step : scope.split("/", -1)) {
            key = hmac(key, step);
        }
        String text = "AWS4-HMAC-SHA256\n" + date + "\n" + scope + "\n"
                + HexFormat.of().formatHex(digest("SHA-256", canonical.getBytes(StandardCharsets.UTF_8)));
        return "x-amz-date: " + date + "\r\nAuthorization: AWS4-HMAC-SHA256 Credential=" + accessKey + "/" + scope
                + ", SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature="
                + HexFormat.of().formatHex(hmac(key, text)) + "\r\n";
    }

    private static byte[] digest(String algorithm, byte[] bytes) {
        try {
            return MessageDigest.getInstance(algorithm).digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + algorithm, e);
        }
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key, HMAC));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + HMAC, e);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
