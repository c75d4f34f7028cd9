package dev.skerry.s3.website;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a bucket is shown as a website.
 *
 * @param redirectAll where every request is sent, or null; nothing else holds then
 * @param index what is appended to a key that ends in a slash; empty where every request is redirected
 * @param errorKey the object shown beside an error, or null
 * @param rules in their order, of which the first that fits counts
 */
public record Website(
        @Nullable Redirect redirectAll,
        String index,
        @Nullable String errorKey,
        List<RoutingRule> rules) {
    public Website {
        rules = List.copyOf(rules);
    }

    /** Where a request is sent before anything is looked at. */
    public Optional<Redirection> redirect(String key) {
        if (redirectAll != null) {
            return Optional.of(new Redirection(redirectAll, ""));
        }
        return rules.stream()
                .filter(rule -> rule.errorCode() == null && key.startsWith(rule.keyPrefix()))
                .findFirst()
                .map(RoutingRule::redirection);
    }

    /** Where a request is sent that ended in an error. */
    public Optional<Redirection> redirect(String key, int status) {
        return rules.stream()
                .filter(rule ->
                        rule.errorCode() != null && rule.errorCode() == status && key.startsWith(rule.keyPrefix()))
                .findFirst()
                .map(RoutingRule::redirection);
    }

    /** The key that is shown for a key. */
    public String shown(String key) {
        return key.isEmpty() || key.endsWith("/") ? key + index : key;
    }

    /**
     * A rule.
     *
     * @param keyPrefix of the keys it is for; empty for all
     * @param errorCode the status it is for, or null where it does not wait for one
     * @param redirect what it does
     */
    public record RoutingRule(String keyPrefix, @Nullable Integer errorCode, Redirect redirect) {
        private Redirection redirection() {
            return new Redirection(redirect, keyPrefix);
        }
    }

    /**
     * What changes in the address; what is null stays as it was asked for.
     *
     * @param protocol http or https
     * @param key in place of the whole key
     * @param keyPrefix in place of the rule's prefix
     */
    public record Redirect(
            @Nullable String protocol,
            @Nullable String host,
            @Nullable String key,
            @Nullable String keyPrefix,
            int status) {
        /** What S3 answers where a redirect says nothing else. */
        public static final int MOVED = 301;
    }

    /**
     * A redirect that was chosen.
     *
     * @param prefix which of the key is replaced
     */
    public record Redirection(Redirect redirect, String prefix) {
        /** The status to answer. */
        public int status() {
            return redirect.status();
        }

        /** Where to, for a request that came to this scheme, authority and key. */
        public String location(String scheme, String authority, String key) {
            String newScheme = redirect.protocol() == null ? scheme : redirect.protocol();
            String newAuthority = redirect.host() == null ? authority : redirect.host();
            return newScheme + "://" + Locations.text(newAuthority) + "/" + newKey(key);
        }

        private String newKey(String key) {
            if (redirect.key() != null) {
                return Locations.text(redirect.key());
            }
            if (redirect.keyPrefix() != null) {
                return Locations.text(redirect.keyPrefix()) + Locations.key(key.substring(prefix.length()));
            }
            return Locations.key(key);
        }
    }
}
