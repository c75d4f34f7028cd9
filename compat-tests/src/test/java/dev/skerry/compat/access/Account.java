package dev.skerry.compat.access;

import dev.skerry.compat.server.Settings;
import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.wire.Wire;
import dev.skerry.compat.wire.WireRequest;
import dev.skerry.compat.wire.WireResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Whoever sends a request. */
enum Account {
    /** May do everything; sets up and looks. */
    ROOT,
    /** Owns the buckets. */
    ANNA,
    /** Whom most grants name. */
    BORIS,
    /** Whom hardly any names. */
    CLARA,
    /** Signs nothing. */
    ANONYMOUS;

    /** Everyone but root, whom nothing stops. */
    static final List<Account> JUDGED = List.of(ANNA, BORIS, CLARA, ANONYMOUS);

    /** Its canonical id. */
    String id() {
        return "id-of-" + label();
    }

    /** Its name in the configuration. */
    String label() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    private String accessKey() {
        return name() + "ACCESSKEY";
    }

    private String secretKey() {
        return "secret-of-" + label() + "-0001";
    }

    /** A server's settings with the accounts in it. */
    static Settings known(Settings settings) {
        List<String> lines = new ArrayList<>(List.of("identities:"));
        Stream.of(ANNA, BORIS, CLARA)
                .forEach(account -> lines.addAll(List.of(
                        "  - name: " + account.label(),
                        "    canonical_id: " + account.id(),
                        "    email: " + account.label() + "@example.com",
                        "    access_key: " + account.accessKey(),
                        "    secret_key: " + account.secretKey())));
        return settings.withYaml(lines.toArray(String[]::new));
    }

    /** Sends a request as this account. */
    WireResponse send(SkerryServer server, WireRequest request) {
        WireRequest ready = switch (this) {
            case ANONYMOUS -> request;
            case ROOT -> request.sign();
            case ANNA, BORIS, CLARA ->
                request.credentials(accessKey(), secretKey()).sign();
        };
        try {
            return Wire.exchange(server.s3(), ready);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends a request that must be accepted. */
    WireResponse must(SkerryServer server, WireRequest request) {
        WireResponse answer = send(server, request);
        if (answer.status() >= 300) {
            throw new AssertionError(this + " " + request.method() + ": " + answer);
        }
        return answer;
    }
}
