package dev.skerry.server;

import dev.skerry.blob.catalog.Catalog;
import dev.skerry.blob.catalog.Catalog.RootCredentials;
import dev.skerry.blobapi.Tokens;
import dev.skerry.config.Settings;
import dev.skerry.s3.auth.Identities;
import dev.skerry.s3.auth.Identity;
import io.vertx.core.http.HttpServerRequest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Who may ask: root, the identities of the configuration, and what holds a token.
 *
 * @param all by access key
 * @param root whoever may do everything
 * @param tokens of the native API, which all stand for root
 * @param generated root's credentials where they were made just now
 */
record KnownIdentities(Identities all, Identity root, Tokens tokens, Optional<RootCredentials> generated) {
    private static final String ROOT = "root";
    private static final String BEARER = "Bearer ";

    /** The canonical id of root, who owns what nobody else does. */
    static String rootId() {
        return Settings.canonicalIdOf(ROOT);
    }

    static KnownIdentities of(Settings settings, Catalog catalog, SecureRandom random) {
        Identity root = new Identity(ROOT, ROOT, rootId(), "", Identity.Kind.ROOT);
        Settings.RootIdentity configured = settings.root();
        RootCredentials kept = catalog.rootCredentials();
        Optional<RootCredentials> generated = Optional.empty();
        if (configured == null && kept == null) {
            RootCredentials made = KeptCredentials.generate(random);
            kept = catalog.keepRootCredentials(made);
            // another node of the cluster may have been first
            generated = Optional.of(kept).filter(made::equals);
        }
        List<Identities.Credential> credentials = new ArrayList<>();
        if (configured != null) {
            credentials.add(new Identities.Credential(configured.accessKey(), configured.secretKey(), root));
        } else if (kept != null) {
            credentials.add(new Identities.Credential(kept.accessKey(), kept.secretKey(), root));
        }
        for (Settings.ConfiguredIdentity other : settings.identities()) {
            credentials.add(new Identities.Credential(other.accessKey(), other.secretKey(), identity(other)));
        }
        Tokens tokens = new Tokens(settings.nativeApi().tokens().stream()
                .distinct()
                .collect(Collectors.toMap(Function.identity(), _ -> root)));
        return new KnownIdentities(
                new Identities(credentials, anonymous(settings.s3().anonymous())), root, tokens, generated);
    }

    /** Whoever the request's bearer token stands for; nobody where it has none that is known. */
    Optional<Identity> byToken(HttpServerRequest request) {
        String authorization = request.getHeader("Authorization");
        return authorization == null || !authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
                ? Optional.empty()
                : tokens.identify(authorization.substring(BEARER.length()).strip());
    }

    private static Identity identity(Settings.ConfiguredIdentity configured) {
        return new Identity(
                configured.name(),
                configured.displayName(),
                configured.canonicalId(),
                configured.email(),
                configured.admin() ? Identity.Kind.ROOT : Identity.Kind.USER);
    }

    private static Identities.Anonymous anonymous(Settings.Anonymous configured) {
        return switch (configured) {
            case NONE -> Identities.Anonymous.NONE;
            case READ -> Identities.Anonymous.READ;
            case WRITE -> Identities.Anonymous.WRITE;
        };
    }
}
