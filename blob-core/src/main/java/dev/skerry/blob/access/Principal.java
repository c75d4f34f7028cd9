package dev.skerry.blob.access;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Whom a statement names. */
public sealed interface Principal {
    /** Whoever asks, with a signature or without. */
    record Anyone() implements Principal {}

    /** The identity of a canonical id. */
    record Canonical(String canonicalId) implements Principal {}

    /**
     * An identity in AWS's words. Each identity is an account of its own with one user, so
     * {@code arn:aws:iam::ACCOUNT:root}, {@code arn:aws:iam::ACCOUNT:user/NAME} and a bare ACCOUNT mean it where
     * ACCOUNT is its name or its canonical id, or is empty before a user, and NAME is its name or its canonical id.
     *
     * @param account empty where the ARN has none
     * @param user null for the account
     */
    record Account(String account, @Nullable String user) implements Principal {}

    /** Something no request here can be: a service, a federated user, a role. */
    record Foreign(String text) implements Principal {}

    /** The form of an ARN of IAM. */
    Pattern ARN = Pattern.compile("arn:aws[a-z-]*:(iam|sts)::([^:]*):(.+)");

    /** What stands below {@code AWS} in a statement; empty where it is no principal. */
    static Optional<Principal> parse(String text) {
        if (text.equals("*")) {
            return Optional.of(new Anyone());
        }
        Matcher arn = ARN.matcher(text);
        if (!arn.matches()) {
            return text.isBlank() || text.startsWith("arn:") || text.indexOf('*') >= 0
                    ? Optional.empty()
                    : Optional.of(new Account(text, null));
        }
        String named = arn.group(3);
        if (named.equals("root")) {
            return Optional.of(new Account(arn.group(2), null));
        }
        if (named.indexOf('*') >= 0) {
            return Optional.empty();
        }
        return Optional.of(
                arn.group(1).equals("iam") && named.startsWith("user/")
                        ? new Account(arn.group(2), named.substring(named.lastIndexOf('/') + 1))
                        : new Foreign(text));
    }

    /** Whether the requester is meant. */
    default boolean includes(Requester requester) {
        return switch (this) {
            case Anyone _ -> true;
            case Canonical(String canonicalId) -> requester.is(canonicalId);
            case Account(String account, String user) ->
                requester.kind() != Requester.Kind.ANONYMOUS
                        && (isName(account, requester) || (account.isEmpty() && user != null))
                        && (user == null || isName(user, requester));
            case Foreign _ -> false;
        };
    }

    private static boolean isName(String text, Requester requester) {
        return !text.isEmpty() && (text.equals(requester.name()) || text.equals(requester.canonicalId()));
    }
}
