package dev.skerry.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/**
 * Where to listen.
 *
 * @param host a name or address; {@code 0.0.0.0} for every interface
 * @param port 0 lets the system choose
 */
public record HostPort(String host, int port) {
    private static final String EVERY_INTERFACE = "0.0.0.0";

    /** Reads {@code host:port}, {@code [v6]:port}, {@code :port} or {@code port}; empty where it is none of them. */
    public static Optional<HostPort> parse(String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon);
        String port = text.substring(colon + 1);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.indexOf(':') >= 0) {
            return Optional.empty();
        }
        if (!port.matches("\\d{1,5}") || Integer.parseInt(port) > 65535 || host.matches(".*[\\s/].*")) {
            return Optional.empty();
        }
        return Optional.of(
                new HostPort(host.isEmpty() || host.equals("*") ? EVERY_INTERFACE : host, Integer.parseInt(port)));
    }

    /** Whether only this machine can reach it; a name that cannot be resolved is taken as reachable from elsewhere. */
    public boolean loopback() {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException _) {
            return false;
        }
    }

    /** Whether it stands for every address of this machine, so that nobody elsewhere can use it. */
    public boolean everyInterface() {
        return host.equals(EVERY_INTERFACE) || host.equals("::");
    }

    /** The same with the port that was in fact bound. */
    public HostPort withPort(int boundPort) {
        return new HostPort(host, boundPort);
    }

    /** How a person on this machine addresses it, with {@code http} or {@code https}. */
    public String url(String scheme) {
        String name = everyInterface() ? "localhost" : host;
        return scheme + "://" + new HostPort(name, port);
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
