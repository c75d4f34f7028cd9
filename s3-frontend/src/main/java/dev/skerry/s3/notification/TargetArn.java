package dev.skerry.s3.notification;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a rule names a target of the configuration: {@code arn:skerry:sqs::NAME:webhook}, with any region, and with sns
 * or lambda as well as sqs, since clients insist on one or the other. {@code arn:minio:} is taken for the same, as in
 * what was written for that server.
 *
 * @param text as it was written
 * @param name of the target
 */
public record TargetArn(String text, String name) {
    private static final Pattern FORM =
            Pattern.compile("arn:(?:skerry|minio):(?:sqs|sns|lambda):[a-z0-9-]{0,64}:([A-Za-z0-9_-]{1,64}):webhook");

    /** Reads one; empty where it is none. */
    static Optional<TargetArn> parse(String text) {
        Matcher form = FORM.matcher(text);
        return form.matches() ? Optional.of(new TargetArn(text, form.group(1))) : Optional.empty();
    }
}
