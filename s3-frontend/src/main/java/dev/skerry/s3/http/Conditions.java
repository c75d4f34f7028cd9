package dev.skerry.s3.http;

import dev.skerry.blob.access.RequestContext;
import dev.skerry.blob.access.Requester;
import dev.skerry.http.Exchange;
import dev.skerry.http.PercentCode;
import dev.skerry.http.RequestHead;
import dev.skerry.s3.auth.AmzDate;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.SSLSession;

/**
 * What a request brings for the conditions of policies.
 *
 * @see <a href="https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html">Condition keys
 *     for Amazon S3</a>
 */
final class Conditions {
    /** Headers that are keys of conditions by their own name. */
    private static final List<String> HEADERS = List.of(
            "x-amz-acl",
            "x-amz-content-sha256",
            "x-amz-grant-full-control",
            "x-amz-grant-read",
            "x-amz-grant-read-acp",
            "x-amz-grant-write",
            "x-amz-grant-write-acp",
            "x-amz-metadata-directive",
            "x-amz-object-ownership",
            "x-amz-server-side-encryption",
            "x-amz-server-side-encryption-aws-kms-key-id",
            "x-amz-server-side-encryption-customer-algorithm",
            "x-amz-storage-class",
            "x-amz-website-redirect-location",
            "if-match",
            "if-none-match");

    static final String LOCK_MODE = "x-amz-object-lock-mode";
    static final String LOCK_UNTIL = "x-amz-object-lock-retain-until-date";
    static final String LEGAL_HOLD = "x-amz-object-lock-legal-hold";

    private static final Map<String, String> LOCK_KEYS = Map.of(
            LOCK_MODE, "s3:object-lock-mode",
            LOCK_UNTIL, "s3:object-lock-retain-until-date",
            LEGAL_HOLD, "s3:object-lock-legal-hold");
    private static final String REMAINING_DAYS = "s3:object-lock-remaining-retention-days";
    private static final String NOW = "aws:currenttime";

    static final String TAGGING = "x-amz-tagging";

    private static final Map<String, String> PARAMETERS = Map.of(
            "prefix", "s3:prefix", "delimiter", "s3:delimiter", "max-keys", "s3:max-keys", "versionId", "s3:VersionId");

    private Conditions() {}

    /** The context of a request of S3, without tags. */
    static RequestContext of(Exchange exchange, RequestHead head, Requester requester) {
        Map<String, List<String>> values = common(exchange, head, requester);
        for (String name : HEADERS) {
            head.header(name).ifPresent(value -> values.put("s3:" + name, List.of(value)));
        }
        for (String name : LOCK_KEYS.keySet()) {
            head.header(name).ifPresent(value -> putLock(values, name, value, exchange.startedAt()));
        }
        PARAMETERS.forEach((name, key) -> head.query(name).ifPresent(value -> values.put(key, List.of(value))));
        head.header(CopySourceObject.HEADER).ifPresent(value -> values.put("s3:x-amz-copy-source", source(value)));
        if (requester.kind() != Requester.Kind.ANONYMOUS) {
            boolean header = head.header("authorization").isPresent();
            values.put("s3:authtype", List.of(header ? "REST-HEADER" : "REST-QUERY-STRING"));
            values.put("s3:signatureversion", List.of("AWS4-HMAC-SHA256"));
            head.header("x-amz-date")
                    .or(() -> head.query("X-Amz-Date"))
                    .flatMap(AmzDate::parse)
                    .map(signed -> Duration.between(signed.instant(), exchange.startedAt()))
                    .ifPresent(age -> values.put("s3:signatureage", List.of(Long.toString(age.toMillis()))));
        }
        return new RequestContext(values);
    }

    /** The same of an upload by a form that was signed by that version. */
    static RequestContext ofForm(RequestContext context, String signatureVersion) {
        Map<String, List<String>> values = new HashMap<>(context.values());
        values.put("s3:authtype", List.of("POST"));
        values.put("s3:signatureversion", List.of(signatureVersion));
        values.put("s3:x-amz-content-sha256", List.of("UNSIGNED-PAYLOAD"));
        return new RequestContext(values);
    }

    /** The context of a request of any protocol: who asks, from where and when. */
    static RequestContext ofAnyProtocol(Exchange exchange, RequestHead head, Requester requester) {
        return new RequestContext(common(exchange, head, requester));
    }

    private static Map<String, List<String>> common(Exchange exchange, RequestHead head, Requester requester) {
        Map<String, List<String>> values = new HashMap<>();
        ofConnection(exchange, values);
        ofRequester(requester, values);
        head.header("referer").ifPresent(value -> values.put("aws:referer", List.of(value)));
        head.header("user-agent").ifPresent(value -> values.put("aws:useragent", List.of(value)));
        return values;
    }

    /** The context of a request that nobody sent, at that time: what it is said to bring, and who is said to ask. */
    static RequestContext ofNoRequest(Requester requester, Instant now, Map<String, String> brings) {
        Map<String, List<String>> values = new HashMap<>();
        ofRequester(requester, values);
        atTime(now, values);
        brings.forEach((key, value) -> values.put(key.toLowerCase(Locale.ROOT), List.of(value)));
        return new RequestContext(values);
    }

    /**
     * The tags of the header that tags an object as it is written. What is malformed in it is refused where the object
     * is written, and does not count here.
     */
    static Map<String, String> requestTags(RequestHead head) {
        Map<String, String> tags = new HashMap<>();
        for (String pair : head.header(TAGGING).orElse("").split("&", -1)) {
            int equals = pair.indexOf('=');
            try {
                String name = URLDecoder.decode(equals < 0 ? pair : pair.substring(0, equals), StandardCharsets.UTF_8);
                String value = equals < 0 ? "" : URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8);
                if (!name.isEmpty()) {
                    tags.put(name, value);
                }
            } catch (IllegalArgumentException _) {
                // refused later
            }
        }
        return tags;
    }

    /** The same with the tags a request gives its object. */
    static RequestContext withRequestTags(RequestContext context, Map<String, String> tags) {
        Map<String, List<String>> values = new HashMap<>(context.values());
        tags.forEach((name, value) -> values.put("s3:requestobjecttag/" + name, List.of(value)));
        values.put("s3:requestobjecttagkeys", List.copyOf(tags.keySet()));
        return new RequestContext(values);
    }

    /** The same with the lock a request gives its object, whatever its headers say, which then mean nothing. */
    static RequestContext withLock(RequestContext context, Map<String, String> lock) {
        Map<String, List<String>> values = new HashMap<>(context.values());
        LOCK_KEYS.values().forEach(values::remove);
        values.remove(REMAINING_DAYS);
        Instant now = Instant.parse(context.of(NOW).getFirst());
        lock.forEach((name, value) -> putLock(values, name, value, now));
        return new RequestContext(values);
    }

    private static void putLock(Map<String, List<String>> values, String name, String value, Instant now) {
        values.put(LOCK_KEYS.getOrDefault(name, name), List.of(value));
        if (name.equals(LOCK_UNTIL)) {
            try {
                long days = Duration.between(now, OffsetDateTime.parse(value)).toDays();
                values.put(REMAINING_DAYS, List.of(Long.toString(days)));
            } catch (DateTimeException _) {
                // refused where the lock is set
            }
        }
    }

    /** The same as if it listed what begins so, cut at the delimiter. */
    static RequestContext withListing(RequestContext context, String prefix, String delimiter) {
        Map<String, List<String>> values = new HashMap<>(context.values());
        values.put("s3:prefix", List.of(prefix));
        if (!delimiter.isEmpty()) {
            values.put("s3:delimiter", List.of(delimiter));
        }
        return new RequestContext(values);
    }

    private static void ofConnection(Exchange exchange, Map<String, List<String>> values) {
        if (!exchange.clientAddress().isEmpty()) {
            values.put("aws:sourceip", List.of(exchange.clientAddress()));
        }
        values.put("aws:securetransport", List.of(Boolean.toString(exchange.secure())));
        SSLSession session = exchange.request().isSSL() ? exchange.request().sslSession() : null;
        if (session != null) {
            // TLSv1.3 is the version 1.3 to policies
            values.put("s3:tlsversion", List.of(session.getProtocol().replace("TLSv", "")));
        }
        atTime(exchange.startedAt(), values);
    }

    private static void atTime(Instant time, Map<String, List<String>> values) {
        Instant now = time.truncatedTo(ChronoUnit.SECONDS);
        values.put(NOW, List.of(now.toString()));
        values.put("aws:epochtime", List.of(Long.toString(now.getEpochSecond())));
    }

    private static void ofRequester(Requester requester, Map<String, List<String>> values) {
        if (requester.kind() == Requester.Kind.ANONYMOUS) {
            values.put("aws:principaltype", List.of("Anonymous"));
            values.put("aws:userid", List.of("anonymous"));
            return;
        }
        String account = requester.canonicalId();
        values.put("aws:principaltype", List.of("User"));
        values.put("aws:userid", List.of(account));
        values.put("aws:username", List.of(requester.name()));
        values.put("aws:principalaccount", List.of(account));
        values.put("aws:principalarn", List.of("arn:aws:iam::" + account + ":user/" + requester.name()));
    }

    /** As {@code bucket/key}, decoded; what cannot be read is refused where the copy is made. */
    private static List<String> source(String header) {
        try {
            String decoded = PercentCode.decode(header);
            return List.of(decoded.startsWith("/") ? decoded.substring(1) : decoded);
        } catch (IllegalArgumentException _) {
            return List.of(header);
        }
    }
}
