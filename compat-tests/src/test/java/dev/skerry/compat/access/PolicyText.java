package dev.skerry.compat.access;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writes a bucket's policy. */
final class PolicyText {
    private final String bucket;
    private final List<String> statements = new ArrayList<>();

    private PolicyText(String bucket) {
        this.bucket = bucket;
    }

    /** A policy of that bucket, without a statement so far. */
    static PolicyText of(String bucket) {
        return new PolicyText(bucket);
    }

    /** Allows actions on the bucket and all in it to an account, by its id, or to {@code *}. */
    PolicyText allow(String principal, String... actions) {
        return statement("\"Effect\":\"Allow\"," + principal("Principal", principal) + "," + list("Action", actions)
                + "," + everything());
    }

    /** Denies likewise. */
    PolicyText deny(String principal, String... actions) {
        return statement("\"Effect\":\"Deny\"," + principal("Principal", principal) + "," + list("Action", actions)
                + "," + everything());
    }

    /** Denies everything to all but these accounts. */
    PolicyText denyAllBut(String... principals) {
        String but = Stream.of(principals)
                .map(id -> "\"arn:aws:iam::" + id + ":root\"")
                .collect(Collectors.joining(","));
        return statement(
                "\"Effect\":\"Deny\",\"NotPrincipal\":{\"AWS\":[" + but + "]},\"Action\":\"s3:*\"," + everything());
    }

    /** A statement as it is, without its braces; {@code %s} in it is the bucket. */
    PolicyText statement(String fields) {
        statements.add("{" + fields.replace("%s", bucket) + "}");
        return this;
    }

    /** The document. */
    String text() {
        return "{\"Version\":\"2012-10-17\",\"Statement\":[" + String.join(",", statements) + "]}";
    }

    private static String principal(String name, String id) {
        return "\"" + name + "\":" + (id.equals("*") ? "\"*\"" : "{\"AWS\":\"arn:aws:iam::" + id + ":root\"}");
    }

    private static String list(String name, String... values) {
        return "\"" + name + "\":["
                + Stream.of(values).map(value -> "\"" + value + "\"").collect(Collectors.joining(",")) + "]";
    }

    private static String everything() {
        return "\"Resource\":[\"arn:aws:s3:::%s\",\"arn:aws:s3:::%s/*\"]";
    }
}
