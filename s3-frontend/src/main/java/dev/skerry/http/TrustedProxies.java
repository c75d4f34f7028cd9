package dev.skerry.http;

import dev.skerry.blob.access.AddressRange;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The reverse proxies whose word is taken for who sent a request and how it was addressed. Anybody else's
 * {@code X-Forwarded-} headers mean nothing. Safe for many threads.
 */
public final class TrustedProxies {
    /** Nobody's word is taken. */
    public static final TrustedProxies NONE = new TrustedProxies(List.of());

    private final List<AddressRange> ranges;

    private TrustedProxies(List<AddressRange> ranges) {
        this.ranges = List.copyOf(ranges);
    }

    /**
     * Those at these addresses.
     *
     * @param addresses or ranges of them, such as {@code 10.0.0.0/8}
     * @throws IllegalArgumentException where one is none
     */
    public static TrustedProxies of(List<String> addresses) {
        return new TrustedProxies(addresses.stream()
                .map(text -> AddressRange.parse(text)
                        .orElseThrow(() -> new IllegalArgumentException("trusted proxy: " + text
                                + " (expected: an IP address, or a range such as 10.0.0.0/8)")))
                .toList());
    }

    /**
     * Who sent a request.
     *
     * @param address its IP address
     * @param secure whether it came by TLS
     * @param host how it was addressed, where that is another than the request's own Host says
     */
    record Sender(String address, boolean secure, Optional<String> host) {}

    /** Who sent a request through one of the proxies, or null where it did not come through one. */
    @Nullable
    Sender senderOf(HttpServerRequest request) {
        return ranges.isEmpty() ? null : senderOf(peer(request), request.isSSL(), request.headers());
    }

    /** How a request was addressed: as a proxy of these says, else as its own Host does; empty where neither does. */
    public String hostOf(HttpServerRequest request) {
        Sender sender = senderOf(request);
        return Optional.ofNullable(sender)
                .flatMap(Sender::host)
                .or(() -> Optional.ofNullable(request.getHeader("Host")))
                .orElse("");
    }

    @Nullable
    Sender senderOf(String peer, boolean tls, MultiMap headers) {
        if (!trusts(peer)) {
            return null;
        }
        boolean secure = last(headers, "X-Forwarded-Proto")
                .map(scheme -> scheme.equalsIgnoreCase("https"))
                .orElse(tls);
        return new Sender(client(headers, peer), secure, host(headers, secure));
    }

    /** The IP address a request comes from; empty where it has none. */
    static String peer(HttpServerRequest request) {
        SocketAddress remote = request.remoteAddress();
        return remote == null || remote.hostAddress() == null ? "" : remote.hostAddress();
    }

    private boolean trusts(String address) {
        for (AddressRange range : ranges) {
            if (range.contains(address)) {
                return true;
            }
        }
        return false;
    }

    /** The nearest of those it came through that is no proxy of ours. */
    private String client(MultiMap headers, String peer) {
        String client = peer;
        for (String address : values(headers, "X-Forwarded-For").reversed()) {
            if (AddressRange.parse(address).isEmpty()) {
                return client;
            }
            client = address;
            if (!trusts(address)) {
                return client;
            }
        }
        return client;
    }

    private static Optional<String> host(MultiMap headers, boolean secure) {
        Optional<String> forwarded =
                values(headers, "X-Forwarded-Host").stream().findFirst();
        if (forwarded.isEmpty() || hasPort(forwarded.get())) {
            return forwarded;
        }
        String name = forwarded.get();
        String own = Optional.ofNullable(headers.get("Host")).orElse("").toLowerCase(Locale.ROOT);
        if (own.startsWith(name.toLowerCase(Locale.ROOT) + ":")) {
            return Optional.empty(); // the request's own says the same, with its port
        }
        return last(headers, "X-Forwarded-Port")
                .filter(port -> !port.equals(secure ? "443" : "80"))
                .map(port -> name + ":" + port)
                .or(() -> forwarded);
    }

    private static boolean hasPort(String host) {
        return host.indexOf(':', host.lastIndexOf(']') + 1) >= 0;
    }

    private static Optional<String> last(MultiMap headers, String name) {
        List<String> values = values(headers, name);
        return values.isEmpty() ? Optional.empty() : Optional.of(values.getLast());
    }

    private static List<String> values(MultiMap headers, String name) {
        return headers.getAll(name).stream()
                .flatMap(line -> Stream.of(line.split(",", -1)))
                .map(String::strip)
                .filter(value -> !value.isEmpty())
                .toList();
    }
}
