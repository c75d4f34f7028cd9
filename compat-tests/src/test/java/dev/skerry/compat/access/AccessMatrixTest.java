package dev.skerry.compat.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.server.ServerLab;
import dev.skerry.compat.server.Settings;
import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import dev.skerry.compat.wire.WireRequest;
import dev.skerry.compat.wire.WireResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Every way of opening a bucket, everyone who may ask, everything they may try, on a server with default settings: what
 * the table of {@link Opening} allows is done, all else is refused and leaves everything as it was.
 */
@ExtendWith(WithServer.class)
class AccessMatrixTest {
    private int buckets;

    @TestFactory
    Stream<DynamicTest> onlyWhatIsAllowedIsDone(ServerLab lab) {
        SkerryServer server =
                lab.server(Account.known(Settings.of(lab.path("data")))).start();
        Attempt.openCommon(server);
        return Stream.of(Opening.values())
                .map(opening -> DynamicTest.dynamicTest(opening.name(), () -> {
                    List<String> wrong = new ArrayList<>();
                    for (Account account : Account.JUDGED) {
                        wrong.addAll(wrong(server, opening, account));
                    }
                    assertThat(wrong).isEmpty();
                }));
    }

    /** What came out otherwise than the table says. */
    private List<String> wrong(SkerryServer server, Opening opening, Account account) {
        List<String> wrong = new ArrayList<>();
        String bucket = fresh(server, opening);
        String before = state(server, bucket);
        for (Attempt attempt : Attempt.values()) {
            WireResponse answer = account.send(server, attempt.request(server, bucket));
            boolean expected = opening.allows(account, attempt);
            if (done(answer) != expected || (!expected && !refused(answer))) {
                wrong.add(account + " " + attempt + (expected ? " (allowed): " : " (denied): ") + answer);
            }
            if (expected && attempt == Attempt.READ && !answer.text().equals(Attempt.CONTENT)) {
                wrong.add(account + " reads " + answer);
            }
            if (!expected && !state(server, bucket).equals(before)) {
                wrong.add(account + " " + attempt + " was denied, and changed something: " + state(server, bucket));
            }
            if (attempt.changes() && done(answer)) {
                bucket = fresh(server, opening);
                before = state(server, bucket);
            }
        }
        return wrong;
    }

    private String fresh(SkerryServer server, Opening opening) {
        String bucket = "bucket-" + buckets++;
        opening.setUp(server, bucket);
        return bucket;
    }

    private static boolean done(WireResponse answer) {
        return answer.status() < 300 && !answer.text().contains("<Code>AccessDenied</Code>");
    }

    /** Refused for want of permission; the native API says 401 to whoever signs nothing. */
    private static boolean refused(WireResponse answer) {
        return answer.status() == 403 || answer.status() == 401 || answer.text().contains("<Code>AccessDenied</Code>");
    }

    /** All that attempts could change, as root sees it; the name of the bucket left out. */
    private static String state(SkerryServer server, String bucket) {
        StringBuilder state = new StringBuilder();
        for (String parameter : List.of("", "acl", "tagging")) {
            WireRequest object = WireRequest.object("GET", server.s3(), bucket, Attempt.KEY);
            append(state, server, parameter.isEmpty() ? object : object.query(parameter, ""));
        }
        for (String parameter :
                List.of("acl", "policy", "versioning", "publicAccessBlock", "ownershipControls", "cors", "uploads")) {
            append(state, server, Attempt.bucket("GET", server.s3(), bucket).query(parameter, ""));
        }
        return state.toString().replace(bucket, "BUCKET");
    }

    private static void append(StringBuilder state, SkerryServer server, WireRequest request) {
        WireResponse answer = Account.ROOT.send(server, request);
        String text = answer.text().replaceAll("<(RequestId|HostId|Resource)>[^<]*<", "<");
        state.append(answer.status()).append(' ').append(text).append('\n');
    }
}
