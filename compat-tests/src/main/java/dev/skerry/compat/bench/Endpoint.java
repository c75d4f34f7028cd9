package dev.skerry.compat.bench;

import java.net.URI;

/**
 * One server under test.
 *
 * @param name what tables, plots and files call it; addresses stay out of those
 * @param url scheme, host and port
 * @param region to sign for
 * @param trust in its certificate, where it is spoken to over TLS
 */
record Endpoint(String name, URI url, String accessKey, String secretKey, String region, Trust trust) {
    Endpoint {
        if (url.getHost() == null || !("http".equals(url.getScheme()) || "https".equals(url.getScheme()))) {
            throw new IllegalArgumentException("endpoint: " + url + " (expected: http://host:port)");
        }
    }

    boolean tls() {
        return "https".equals(url.getScheme());
    }

    int port() {
        return url.getPort() >= 0 ? url.getPort() : tls() ? 443 : 80;
    }

    /** As the Host header has it. */
    String authority() {
        return url.getPort() >= 0 ? url.getHost() + ":" + url.getPort() : url.getHost();
    }

    @Override
    public String toString() {
        return name;
    }
}
