package dev.skerry.s3.http;

import dev.skerry.s3.Compatibility;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * How the S3 endpoint shows itself.
 *
 * @param domains names under which a bucket may stand as the first label of the host
 * @param websiteDomains names under which a bucket is shown as a website, where it stands as the first label of the
 *     host
 * @param hostId sent as {@code x-amz-id-2}: which node answered
 * @param compatibility whose side it takes where AWS and Ceph differ
 * @param slowAnswerAfter how long a slow document may take before white space keeps its connection alive, and how often
 */
public record S3Settings(
        List<String> domains,
        List<String> websiteDomains,
        String hostId,
        Compatibility compatibility,
        Duration slowAnswerAfter) {
    /** What S3's clients expect. */
    public static final Duration DEFAULT_SLOW_ANSWER_AFTER = Duration.ofSeconds(5);

    public S3Settings {
        domains = lower(domains);
        websiteDomains = lower(websiteDomains);
    }

    private static List<String> lower(List<String> domains) {
        return domains.stream().map(domain -> domain.toLowerCase(Locale.ROOT)).toList();
    }
}
