package dev.skerry.s3.form;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.skerry.s3.Compatibility;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What whoever signed a form allows its sender: until when, and which values the fields may have. Every field must be
 * spoken of, so that the sender can add none.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html">POST Policy</a>
 */
public final class PostPolicy {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            // S3 writes a dollar sign as an escape of its own
            .enable(JsonReadFeature.ALLOW_BACKSLASH_ESCAPING_ANY_CHARACTER)
            .build();

    private static final String RANGE = "content-length-range";
    private static final Pattern BYTES = Pattern.compile("\\d{1,18}");
    private static final String BUCKET = "bucket";
    private static final String CHECKSUM = "x-amz-checksum-";

    /** What need not be spoken of: the signature is over the policy, and the policy cannot hold itself. */
    private static final Set<String> FREE = Set.of("x-amz-signature", "signature", "awsaccesskeyid", "policy", "file");

    private static final String IGNORED = "x-ignore-";

    private final Instant expiration;
    private final List<PolicyCondition> conditions;

    private PostPolicy(Instant expiration, List<PolicyCondition> conditions) {
        this.expiration = expiration;
        this.conditions = List.copyOf(conditions);
    }

    /**
     * Reads a policy.
     *
     * @param base64 as the form carries it
     * @throws S3Exception with InvalidPolicyDocument, saying what is wrong
     */
    public static PostPolicy read(String base64) {
        JsonNode root = json(base64);
        if (!root.isObject()) {
            throw invalid("Invalid JSON.");
        }
        root.fieldNames().forEachRemaining(name -> {
            if (!name.equals("expiration") && !name.equals("conditions")) {
                throw invalid("Unexpected: '" + name.toLowerCase(Locale.ROOT) + "'");
            }
        });
        if (!root.has("expiration")) {
            throw invalid("Policy missing expiration.");
        }
        if (!root.has("conditions")) {
            throw invalid("Policy missing conditions.");
        }
        JsonNode list = root.path("conditions");
        if (!list.isArray()) {
            throw invalid("Invalid 'conditions' value: must be a List.");
        }
        List<PolicyCondition> conditions = new ArrayList<>();
        list.forEach(node -> conditions.add(condition(node)));
        return new PostPolicy(expiration(root.path("expiration")), conditions);
    }

    private static JsonNode json(String base64) {
        byte[] bytes;
        try {
            // a form's text may be broken into lines
            bytes = Base64.getDecoder().decode(base64.replaceAll("[ \\t\\r\\n]", ""));
        } catch (IllegalArgumentException e) {
            throw caused(invalid("invalid Base64 encoding."), e);
        }
        try {
            return JSON.readTree(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (JsonProcessingException | CharacterCodingException e) {
            throw caused(invalid("Invalid JSON."), e);
        }
    }

    private static Instant expiration(JsonNode node) {
        String text = node.asText();
        // the parser takes offsets too
        if (node.isTextual() && text.endsWith("Z")) {
            try {
                return Instant.parse(text);
            } catch (DateTimeException _) {
                // refused below
            }
        }
        throw invalid("Invalid 'expiration' value: '" + text + "'");
    }

    private static PolicyCondition condition(JsonNode node) {
        if (node.isObject()) {
            return simple(node);
        }
        if (!node.isArray()) {
            throw invalid("Invalid condition test: must be a List or Object.");
        }
        if (node.isEmpty()) {
            throw invalid("Invalid Condition: missing operation identifier.");
        }
        String operation = text(node.get(0)).toLowerCase(Locale.ROOT);
        boolean known = operation.equals("eq") || operation.equals("starts-with") || operation.equals(RANGE);
        if (!known) {
            throw invalid("Invalid Condition: unknown operation '" + operation + "'.");
        }
        if (node.size() != 3) {
            throw invalid("Invalid " + operation + ": wrong number of arguments.");
        }
        return operation.equals(RANGE) ? fileSize(node) : ofField(operation, text(node.get(1)), text(node.get(2)));
    }

    /** {@code {"acl": "private"}}. */
    private static PolicyCondition simple(JsonNode node) {
        if (node.size() != 1) {
            throw invalid("Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.");
        }
        String name = node.fieldNames().next();
        JsonNode value = node.path(name);
        if (value.isNull()) {
            throw invalid("Invalid JSON.");
        }
        if (!value.isTextual()) {
            throw invalid("Invalid Simple-Condition: value must be a string.");
        }
        return new PolicyCondition.Equal(
                PolicyCondition.shown(List.of("eq", "$" + name, value.asText())),
                name.toLowerCase(Locale.ROOT),
                value.asText());
    }

    private static PolicyCondition ofField(String operation, String named, String value) {
        String shown = PolicyCondition.shown(List.of(operation, named, value));
        String field = named.toLowerCase(Locale.ROOT);
        if (!field.startsWith("$")) {
            return new PolicyCondition.Never(shown, field);
        }
        return operation.equals("eq")
                ? new PolicyCondition.Equal(shown, field.substring(1), value)
                : new PolicyCondition.StartsWith(shown, field.substring(1), value);
    }

    /** Bounds are numbers, in quotes or without. */
    private static PolicyCondition fileSize(JsonNode node) {
        String shown = PolicyCondition.shown(
                List.of(RANGE, node.get(1).asText(), node.get(2).asText()));
        for (int i = 1; i <= 2; i++) {
            JsonNode bound = node.get(i);
            boolean number = BYTES.matcher(bound.asText()).matches();
            if (!number && !bound.isTextual()) {
                throw invalid("Invalid JSON.");
            }
            if (!number) {
                return new PolicyCondition.Never(shown, RANGE);
            }
        }
        return new PolicyCondition.FileSize(
                shown, new SizeRange(node.get(1).asLong(), node.get(2).asLong()));
    }

    private static String text(JsonNode node) {
        if (!node.isTextual()) {
            throw invalid("Invalid JSON.");
        }
        return node.asText();
    }

    /**
     * Holds a form to the policy.
     *
     * @param bucket the form is sent to, whatever it says itself
     * @return how large its file may be
     * @throws S3Exception with AccessDenied, saying what does not hold
     */
    public SizeRange require(PostForm form, String bucket, Instant now, Compatibility compatibility) {
        if (now.isAfter(expiration)) {
            throw denied("Policy expired.");
        }
        Map<String, String> fields = new LinkedHashMap<>(form.fields());
        fields.put(BUCKET, bucket);
        SizeRange sizes = SizeRange.ANY;
        Set<String> spokenOf = new HashSet<>();
        for (PolicyCondition condition : conditions) {
            if (!condition.holds(fields, compatibility.absentFieldsAreEmpty())) {
                throw denied("Policy Condition failed: " + condition.text());
            }
            if (condition instanceof PolicyCondition.FileSize(String _, SizeRange range)) {
                sizes = sizes.within(range);
            }
            String field = condition.field();
            if (field != null) {
                spokenOf.add(field);
            }
        }
        for (String name : fields.keySet()) {
            boolean free = FREE.contains(name)
                    || name.startsWith(IGNORED)
                    || (name.startsWith(CHECKSUM) && compatibility.policiesLeaveOutChecksums());
            if (!free && !spokenOf.contains(name)) {
                throw denied("Extra input fields: " + form.nameAsSent(name));
            }
        }
        return sizes;
    }

    private static S3Exception denied(String what) {
        return new S3Exception(S3ErrorCode.ACCESS_DENIED, "Invalid according to Policy: " + what);
    }

    private static S3Exception invalid(String what) {
        return new S3Exception(S3ErrorCode.INVALID_POLICY_DOCUMENT, "Invalid Policy: " + what);
    }

    private static S3Exception caused(S3Exception refusal, Exception cause) {
        refusal.initCause(cause);
        return refusal;
    }
}
