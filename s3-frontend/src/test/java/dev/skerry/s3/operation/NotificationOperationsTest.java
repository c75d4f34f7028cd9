package dev.skerry.s3.operation;

import static dev.skerry.s3.operation.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.blob.clock.HlcTimestamp;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.http.S3Operation;
import dev.skerry.s3.notification.Notifier;
import dev.skerry.s3.xml.XmlElement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NotificationOperationsTest extends OperationsTest {
    private static final String HOOK = "<Queue>arn:skerry:sqs::hook:webhook</Queue>";
    private static final String CREATED = "<Event>s3:ObjectCreated:*</Event>";

    private final List<String> tested = new ArrayList<>();

    /** Two targets, of which one is down. */
    @Override
    Notifier notifier() {
        return new Notifier() {
            @Override
            public boolean knows(String target) {
                return target.equals("hook") || target.equals("down");
            }

            @Override
            public Optional<String> test(String target, String bucket, String requestId) {
                tested.add(target + " " + bucket);
                return target.equals("down") ? Optional.of("connection refused") : Optional.empty();
            }

            @Override
            public HlcTimestamp now() {
                return new HlcTimestamp(1000, 1);
            }
        };
    }

    @BeforeEach
    void setUp() {
        createBucket();
    }

    private void put(String rules) {
        call(S3Operation.PUT_BUCKET_NOTIFICATION_CONFIGURATION, request(rules));
    }

    private static FakeRequest request(String rules) {
        return FakeRequest.of(BUCKET).body("<NotificationConfiguration>" + rules + "</NotificationConfiguration>");
    }

    private XmlElement shown() {
        return xml(S3Operation.GET_BUCKET_NOTIFICATION_CONFIGURATION, FakeRequest.of(BUCKET));
    }

    private static String queue(String content) {
        return "<QueueConfiguration>" + content + "</QueueConfiguration>";
    }

    private static String filter(String name, String value) {
        return "<Filter><S3Key><FilterRule><Name>" + name + "</Name><Value>" + value
                + "</Value></FilterRule></S3Key></Filter>";
    }

    @Test
    void rulesAreShownAsTheyWerePutAndEndWithAnEmptyDocument() {
        assertThat(shown().children()).isEmpty();
        put(queue("<Id>one</Id>" + HOOK + CREATED + filter("prefix", "a/"))
                + "<CloudFunctionConfiguration><CloudFunction>arn:skerry:lambda:eu:hook:webhook</CloudFunction>"
                + "<Event>s3:ObjectRemoved:Delete</Event></CloudFunctionConfiguration>");
        assertThat(tested).containsExactly("hook bucket");
        XmlElement rule = shown().first("QueueConfiguration").orElseThrow();
        assertThat(rule.children().stream().map(XmlElement::name)).containsExactly("Id", "Queue", "Event", "Filter");
        assertThat(rule.textOf("Id")).contains("one");
        assertThat(rule.textOf("Event")).contains("s3:ObjectCreated:*");
        assertThat(shown().first("CloudFunctionConfiguration").flatMap(function -> function.textOf("Id")))
                .as("a rule without a name is given one")
                .hasValueSatisfying(id -> assertThat(id).isNotEmpty());
        put("");
        assertThat(shown().children()).isEmpty();
    }

    @Test
    void aTargetMayBeNamedInEveryFormClientsKnow() {
        for (String arn : List.of(
                "arn:skerry:sqs::hook:webhook",
                "arn:skerry:lambda:us-east-1:hook:webhook",
                "arn:skerry:sns:eu:hook:webhook",
                "arn:minio:sqs::hook:webhook")) {
            put(queue("<Queue>" + arn + "</Queue>" + CREATED));
            assertThat(shown().first("QueueConfiguration").flatMap(rule -> rule.textOf("Queue")))
                    .contains(arn);
        }
        for (String arn : List.of(
                "arn:other:sqs::hook:webhook", "arn:skerry:sqs::hook:kafka", "arn:skerry:sqs::hook:webhook:", "hook")) {
            assertRefused(S3ErrorCode.INVALID_ARGUMENT, () -> put(queue("<Queue>" + arn + "</Queue>" + CREATED)));
        }
    }

    @Test
    void whatIsNotAConfigurationIsRefused() {
        for (String rules : new String[] {
            "<Other/>",
            queue(HOOK),
            queue(CREATED),
            queue(HOOK + HOOK + CREATED),
            queue(HOOK + CREATED + "<Other/>"),
            queue(HOOK + CREATED + "<Since>0</Since>"),
            queue(HOOK + CREATED + "<Filter><S3Key><Other/></S3Key></Filter>"),
            queue(HOOK + CREATED + "<Filter><S3Key><FilterRule><Name>prefix</Name></FilterRule></S3Key></Filter>")
        }) {
            assertRefused(S3ErrorCode.MALFORMED_XML, () -> put(rules));
        }
        for (String rules : new String[] {
            queue("<Queue>arn:aws:sqs:us-east-1:123456789012:q</Queue>" + CREATED),
            queue("<Queue>arn:skerry:sqs::nobody:webhook</Queue>" + CREATED),
            queue(HOOK + "<Event>s3:ObjectCreated</Event>"),
            queue(HOOK + "<Event>s3:*</Event>"),
            queue(HOOK + "<Event>ObjectCreated:Put</Event>"),
            queue(HOOK + CREATED + filter("infix", "a")),
            queue(HOOK + CREATED + filter("prefix", "a".repeat(1025))),
            queue("<Id>" + "a".repeat(256) + "</Id>" + HOOK + CREATED),
            queue(HOOK + CREATED + "<Filter><S3Key><FilterRule><Name>prefix</Name><Value>a</Value></FilterRule>"
                    + "<FilterRule><Name>Prefix</Name><Value>b</Value></FilterRule></S3Key></Filter>")
        }) {
            assertRefused(S3ErrorCode.INVALID_ARGUMENT, () -> put(rules));
        }
        assertRefused(S3ErrorCode.NOT_IMPLEMENTED, () -> put("<EventBridgeConfiguration/>"));
        assertThat(shown().children()).as("nothing of it was kept").isEmpty();
        assertThat(tested).isEmpty();
    }

    @Test
    void noTwoRulesMayTellTheSameEvent() {
        String put = "<Event>s3:ObjectCreated:Put</Event>";
        for (String rules : new String[] {
            queue(HOOK + CREATED) + queue(HOOK + put),
            queue(HOOK + CREATED + filter("prefix", "a")) + queue(HOOK + put + filter("prefix", "ab")),
            queue(HOOK + CREATED + filter("suffix", ".jpg")) + queue(HOOK + put + filter("suffix", "g")),
            queue(HOOK + CREATED + filter("prefix", "a")) + queue(HOOK + put + filter("suffix", "z"))
        }) {
            assertRefused(S3ErrorCode.INVALID_ARGUMENT, () -> put(rules));
        }
        put(queue(HOOK + CREATED + filter("prefix", "a")) + queue(HOOK + put + filter("prefix", "b")));
        put(queue(HOOK + CREATED) + queue(HOOK + "<Event>s3:ObjectRemoved:*</Event>"));
        assertRefused(
                S3ErrorCode.INVALID_ARGUMENT,
                () -> put(queue("<Id>a</Id>" + HOOK + CREATED)
                        + queue("<Id>a</Id>" + HOOK + "<Event>s3:ObjectRemoved:*</Event>")));
    }

    @Test
    void aTargetThatDoesNotTakeTheTestEventIsRefusedUnlessThatIsWaived() {
        String down = queue("<Queue>arn:skerry:sqs::down:webhook</Queue>" + CREATED);
        assertThatThrownBy(() -> put(down)).hasMessage("Unable to validate the following destination configurations");
        call(
                S3Operation.PUT_BUCKET_NOTIFICATION_CONFIGURATION,
                request(down).with("x-amz-skip-destination-validation", "true"));
        assertThat(shown().children("QueueConfiguration")).hasSize(1);
    }
}
