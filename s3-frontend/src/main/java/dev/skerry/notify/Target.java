package dev.skerry.notify;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A webhook.
 *
 * @param name by which rules name it
 * @param url that events are posted to
 * @param headers sent with each
 * @param tokenFile whose text is sent as a bearer token, read anew for each event; or null
 * @param timeout for one event, from the connection to the end of the answer
 */
public record Target(
        String name,
        URI url,
        Map<String, String> headers,
        @Nullable Path tokenFile,
        Duration timeout) {
    public Target {
        headers = Map.copyOf(headers);
    }

    /** Without what its headers say, and without a password that its URL may have. */
    @Override
    public String toString() {
        return "Target[" + name + ", " + url.getScheme() + "://" + url.getHost() + "]";
    }
}
