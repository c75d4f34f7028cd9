package dev.skerry.keys;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Asks Vault over HTTP: bounded in time and in what is read, no redirects, one more try where a connection broke. */
final class VaultClient implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int MAX_ANSWER_BYTES = 64 * 1024;
    private static final int MAX_TOKEN_BYTES = 4096;

    private final String url;
    private final Path tokenFile;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    // replaced by whoever finds another
    private volatile @Nullable Token token;

    VaultClient(URI url, Path tokenFile) {
        String text = url.toString();
        this.url = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
        this.tokenFile = tokenFile;
    }

    /** What Vault answered. */
    record Answer(int status, byte[] body) {}

    private record Token(String text, FileTime modified) {}

    /**
     * Posts JSON and waits for the answer.
     *
     * @throws IOException where there is none in time, or too much of one
     */
    Answer post(String path, String json) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + path))
                .timeout(TIMEOUT)
                .header("Content-Type", "application/json")
                .header("X-Vault-Request", "true")
                .header("X-Vault-Token", token())
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build();
        try {
            return send(request);
        } catch (HttpTimeoutException | InterruptedIOException e) {
            throw e;
        } catch (IOException _) {
            // a connection that was kept and that Vault closed meanwhile
            return send(request);
        }
    }

    /** The client's own timeout ends with the head of the answer; this one covers the body too. */
    private Answer send(HttpRequest request) throws IOException {
        CompletableFuture<HttpResponse<byte[]>> pending = http.sendAsync(
                request, HttpResponse.BodyHandlers.limiting(HttpResponse.BodyHandlers.ofByteArray(), MAX_ANSWER_BYTES));
        try {
            HttpResponse<byte[]> response = pending.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            return new Answer(response.statusCode(), response.body());
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
        } catch (TimeoutException e) {
            pending.cancel(true);
            HttpTimeoutException late = new HttpTimeoutException("no answer within " + TIMEOUT.toSeconds() + " s");
            late.initCause(e);
            throw late;
        } catch (InterruptedException e) {
            pending.cancel(true);
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted = new InterruptedIOException("interrupted");
            interrupted.initCause(e);
            throw interrupted;
        }
    }

    private String token() throws IOException {
        FileTime modified = Files.getLastModifiedTime(tokenFile);
        Token known = token;
        if (known != null && known.modified.equals(modified)) {
            return known.text;
        }
        if (Files.size(tokenFile) > MAX_TOKEN_BYTES) {
            throw new IOException(tokenFile + " has more than " + MAX_TOKEN_BYTES + " bytes (expected: a token)");
        }
        String text = Files.readString(tokenFile).strip();
        if (text.isEmpty() || text.chars().anyMatch(c -> c <= ' ' || c >= 0x7F)) {
            throw new IOException(tokenFile + " holds no token (expected: one line of printable characters)");
        }
        token = new Token(text, modified);
        return text;
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
