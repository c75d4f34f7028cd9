package dev.skerry.s3.auth;

import java.util.Arrays;
import java.util.Optional;

/**
 * What a signature is good for.
 *
 * @param accessKey who signs
 * @param date the day, as {@code yyyyMMdd}
 * @param region any; this store is in all of them
 * @param service {@code s3}
 * @param terminal {@value #TERMINAL}
 */
record CredentialScope(String accessKey, String date, String region, String service, String terminal) {
    static final String TERMINAL = "aws4_request";
    static final String SERVICE = "s3";

    /** Reads {@code accessKey/date/region/service/aws4_request}; an access key may hold slashes. */
    static Optional<CredentialScope> parse(String credential) {
        String[] fields = credential.split("/", -1);
        if (fields.length < 5) {
            return Optional.empty();
        }
        int date = fields.length - 4;
        String accessKey = String.join("/", Arrays.copyOf(fields, date));
        boolean dated = fields[date].length() == 8 && fields[date].chars().allMatch(c -> c >= '0' && c <= '9');
        return dated
                ? Optional.of(new CredentialScope(
                        accessKey, fields[date], fields[date + 1], fields[date + 2], fields[date + 3]))
                : Optional.empty();
    }

    /** As it stands in the string to sign. */
    String text() {
        return date + "/" + region + "/" + service + "/" + terminal;
    }
}
