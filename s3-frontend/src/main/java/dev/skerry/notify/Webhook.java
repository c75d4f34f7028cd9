package dev.skerry.notify;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** Posts to one target. Safe for many threads. */
final class Webhook {
    private static final int MAX_TOKEN_BYTES = 64 * 1024;

    private final Supplier<HttpClient> client;
    private final Target target;

    Webhook(Supplier<HttpClient> client, Target target) {
        this.client = client;
        this.target = target;
    }

    /**
     * Posts a document; returns once the target answered that it took it.
     *
     * @throws IOException where it did not, or not in time; it may have the document all the same
     */
    void post(byte[] document) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(target.url())
                .timeout(target.timeout())
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(document));
        target.headers().forEach(request::setHeader);
        if (target.tokenFile() != null) {
            request.setHeader("Authorization", "Bearer " + token(target.tokenFile()));
        }
        // the client's own timeout ends with the answer's head
        Future<HttpResponse<Void>> answer =
                client.get().sendAsync(request.build(), HttpResponse.BodyHandlers.discarding());
        try {
            int status = answer.get(target.timeout().toMillis(), TimeUnit.MILLISECONDS)
                    .statusCode();
            if (status / 100 != 2) {
                throw new IOException("it answered " + status + " (expected: 2xx)");
            }
        } catch (TimeoutException e) {
            throw new IOException("no whole answer within " + target.timeout().toMillis() + " ms", e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            String message = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
            throw new IOException(message, cause);
        } finally {
            answer.cancel(true);
        }
    }

    /** What goes wrong is told to whoever configures a bucket, too: so neither the file's name nor what is in it. */
    private static String token(Path file) throws IOException {
        String token;
        try {
            if (Files.size(file) > MAX_TOKEN_BYTES) {
                throw new IOException("too large (expected: at most " + MAX_TOKEN_BYTES + " bytes)");
            }
            token = Files.readString(file).strip();
        } catch (IOException e) {
            throw new IOException("its token file cannot be read", e);
        }
        if (token.isEmpty() || token.chars().anyMatch(c -> c < ' ' || c > '~')) {
            throw new IOException("its token file holds no token (expected: one line of printable ASCII)");
        }
        return token;
    }
}
