package dev.skerry.blobapi;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Every call of the native API: its method, its resource, and the query parameters it takes. A parameter that no call
 * takes is refused, because a misspelt one would change what is read or deleted.
 */
@SuppressWarnings("ImmutableEnumChecker") // the sets are Set.of's, which do not change
enum Route {
    PUT_BLOB("PUT", Resource.BLOB, null, Set.of("version")),
    GET_BLOB("GET", Resource.BLOB, null, Set.of("version", "latest", "start", "end")),
    LIST_VERSIONS("GET", Resource.BLOB, "versions", Set.of("versions", "limit")),
    HEAD_BLOB("HEAD", Resource.BLOB, null, Set.of("version", "latest", "start", "end")),
    DELETE_BLOB("DELETE", Resource.BLOB, null, Set.of("version")),
    UNDELETE_BLOB("POST", Resource.BLOB, "undelete", Set.of("undelete", "version")),
    LIST_BLOBS("GET", Resource.BLOBS, null, Set.of("prefix", "limit", "cursor", "include_deleted", "delimiter")),
    GET_HEALTH("GET", Resource.HEALTH, null, Set.of()),
    LIST_NODES("GET", Resource.NODES, null, Set.of()),
    READ_EVENTS("GET", Resource.EVENTS, null, Set.of("cursor", "from", "wait", "prefix", "limit")),
    RESOLVE_SLOT("GET", Resource.SLOT_OF_PATH, null, Set.of("path")),
    GET_SLOT("GET", Resource.SLOT, null, Set.of()),
    GET_DESCRIPTION("GET", Resource.DESCRIPTION, null, Set.of());

    private final String method;
    private final Resource resource;
    private final @Nullable String selector;
    private final Set<String> parameters;

    Route(String method, Resource resource, @Nullable String selector, Set<String> parameters) {
        this.method = method;
        this.resource = resource;
        this.selector = selector;
        this.parameters = parameters;
    }

    /** Its name in logs and metrics, which is its operation's in the API's description too. */
    String operation() {
        StringBuilder name = new StringBuilder();
        for (String word : name().split("_", -1)) {
            name.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
        }
        return name.toString();
    }

    String method() {
        return method;
    }

    Resource resource() {
        return resource;
    }

    /** Every query parameter the call takes. */
    Set<String> parameters() {
        return parameters;
    }

    /** A resource and what the path says of it. */
    record Match(Resource resource, String rawVariable) {}

    /** The resource a path, still encoded, names on a mount. */
    static Optional<Match> match(Resource.Mount mount, String rawPath) {
        for (Resource resource : Resource.values()) {
            for (String template : resource.templates(mount)) {
                int variable = template.indexOf('{');
                if (variable < 0 && rawPath.equals(template)) {
                    return Optional.of(new Match(resource, ""));
                }
                if (variable >= 0 && rawPath.startsWith(template.substring(0, variable))) {
                    return Optional.of(new Match(resource, rawPath.substring(variable)));
                }
            }
        }
        return Optional.empty();
    }

    /**
     * The call a method and its parameters make on a resource.
     *
     * @throws ApiException with {@code UNKNOWN_PARAMETER}, or {@code INVALID_REQUEST} where a call is meant that needs
     *     a parameter to say so
     */
    static Optional<Route> of(String method, Resource resource, Query query) {
        List<Route> candidates = Arrays.stream(values())
                .filter(route -> route.resource == resource && route.method.equals(method))
                .toList();
        if (candidates.isEmpty()) {
            return Optional.empty();
        }
        Route chosen = candidates.stream()
                .filter(route -> route.selector != null && query.has(route.selector))
                .findFirst()
                .or(() -> candidates.stream()
                        .filter(route -> route.selector == null)
                        .findFirst())
                .orElseThrow(() -> new ApiException(
                        ApiErrorCode.INVALID_REQUEST,
                        method + " needs the parameter " + candidates.getFirst().selector + " here"));
        for (String name : query.names()) {
            if (!chosen.parameters.contains(name)) {
                throw new ApiException(
                        ApiErrorCode.UNKNOWN_PARAMETER,
                        "parameter " + name + " (expected: "
                                + (chosen.parameters.isEmpty()
                                        ? "none"
                                        : String.join(", ", new TreeSet<>(chosen.parameters)))
                                + ")");
            }
        }
        return Optional.of(chosen);
    }

    /** The methods a resource knows, for {@code Allow}. */
    static String allowed(Resource resource) {
        Set<String> methods = new TreeSet<>();
        for (Route route : values()) {
            if (route.resource == resource) {
                methods.add(route.method);
            }
        }
        return String.join(", ", methods);
    }
}
