package dev.skerry.s3.http;

import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.catalog.Bucket.ConfigurationKind;
import dev.skerry.http.RequestHead;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Applies the buckets' rules to requests from web pages, and answers their preflights. Safe for many threads. */
final class Cors {
    private static final int MAX_KEPT = 256;

    /** By document, so a changed document is another entry. */
    private final Map<String, CorsRules> kept = new ConcurrentHashMap<>();

    /** The headers an answer carries; empty where the request comes from no other origin or no rule allows it. */
    Map<String, String> headers(RequestHead head, Optional<Bucket> bucket) {
        Optional<String> origin = head.header("origin");
        Optional<CorsRules> rules = bucket.flatMap(this::rules);
        if (origin.isEmpty() || rules.isEmpty()) {
            return Map.of();
        }
        String method = head.header("access-control-request-method").orElse(head.method());
        return rules.get().allow(origin.get(), method, List.of(), false).orElse(Map.of());
    }

    /**
     * Answers a preflight, which is never signed.
     *
     * @param resource what it is about
     * @throws S3Exception with AccessForbidden where no rule allows what it asks for
     */
    S3Response preflight(RequestHead head, S3Operation.Resource resource, Optional<Bucket> bucket) {
        String origin = head.header("origin")
                .orElseThrow(() -> new S3Exception(
                        S3ErrorCode.BAD_REQUEST, "Insufficient information. Origin request header needed."));
        String method = head.header("access-control-request-method").orElse("null");
        if (!CorsRules.METHODS.contains(method)) {
            throw new S3Exception(S3ErrorCode.BAD_REQUEST, "Invalid Access-Control-Request-Method: " + method);
        }
        if (bucket.isEmpty()) {
            throw forbidden("CORSResponse: Bucket not found", method, resource);
        }
        CorsRules rules = rules(bucket.get())
                .orElseThrow(() -> forbidden("CORSResponse: CORS is not enabled for this bucket.", method, resource));
        Map<String, String> headers = rules.allow(origin, method, requestedHeaders(head), true)
                .orElseThrow(() -> forbidden(S3ErrorCode.ACCESS_FORBIDDEN.message(), method, resource));
        return new S3Response.Empty(200, headers);
    }

    private static S3Exception forbidden(String message, String method, S3Operation.Resource resource) {
        return S3Exception.of(S3ErrorCode.ACCESS_FORBIDDEN, message, "Method", method, "ResourceType", resource.name());
    }

    private static List<String> requestedHeaders(RequestHead head) {
        String names = String.join(",", head.headers().getOrDefault("access-control-request-headers", List.of()));
        return Arrays.stream(names.split(",", -1))
                .map(String::trim)
                .filter(name -> !name.isEmpty())
                .toList();
    }

    private Optional<CorsRules> rules(Bucket bucket) {
        String document = bucket.configuration().get(ConfigurationKind.CORS);
        if (document == null) {
            return Optional.empty();
        }
        if (kept.size() >= MAX_KEPT) {
            kept.clear();
        }
        return Optional.of(kept.computeIfAbsent(document, CorsRules::parse));
    }
}
