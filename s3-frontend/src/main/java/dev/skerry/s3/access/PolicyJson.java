package dev.skerry.s3.access;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.skerry.blob.access.Condition;
import dev.skerry.blob.access.ConditionOperator;
import dev.skerry.blob.access.Policy;
import dev.skerry.blob.access.Principal;
import dev.skerry.blob.access.Statement;
import dev.skerry.blob.access.Statement.Among;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads a bucket's policy, and refuses what S3 refuses: what would never match, or would mean another bucket.
 *
 * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html">Grammar of the policy
 *     language</a>
 */
public final class PolicyJson {
    /** The most bytes a policy has. */
    public static final int MAX_BYTES = 20 * 1024;

    private static final String NEWEST = "2012-10-17";
    private static final Set<String> VERSIONS = Set.of(NEWEST, "2008-10-17");
    private static final Set<String> POLICY = Set.of("Version", "Id", "Statement");
    private static final Set<String> STATEMENT = Set.of(
            "Sid",
            "Effect",
            "Principal",
            "NotPrincipal",
            "Action",
            "NotAction",
            "Resource",
            "NotResource",
            "Condition");
    private static final Pattern ACTION = Pattern.compile("(\\*|[A-Za-z0-9*?-]+:[A-Za-z0-9*?]+)");
    private static final String IF_EXISTS = "IfExists";
    private static final String ALL = "ForAllValues:";
    private static final String ANY = "ForAnyValue:";
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final String bucket;
    private final boolean variables;

    private PolicyJson(String bucket, boolean variables) {
        this.bucket = bucket;
        this.variables = variables;
    }

    /**
     * Reads the policy of a bucket.
     *
     * @throws S3Exception with MalformedPolicy, saying what is wrong
     */
    public static Policy read(String document, String bucket) {
        JsonNode root;
        try {
            root = JSON.readTree(document);
        } catch (JsonProcessingException e) {
            S3Exception refusal = malformed("This policy contains invalid Json");
            refusal.initCause(e);
            throw refusal;
        }
        if (!root.isObject()) {
            throw malformed("Policies must be valid JSON and the first byte must be '{'");
        }
        requireKnown(root, POLICY);
        String version = root.path("Version").asText("2008-10-17");
        if (!VERSIONS.contains(version)) {
            throw malformed("The policy must contain a valid version string");
        }
        JsonNode statements = root.path("Statement");
        PolicyJson reader = new PolicyJson(bucket, version.equals(NEWEST));
        List<Statement> read = new ArrayList<>();
        if (statements.isObject()) {
            read.add(reader.statement(statements, 1));
        } else {
            statements.forEach(statement -> read.add(reader.statement(statement, read.size() + 1)));
        }
        if (read.isEmpty()) {
            throw malformed("Missing required field Statement");
        }
        return new Policy(read);
    }

    /** What was kept; throws {@code Corrupt} where it is none. */
    static Policy ofKept(String document, String bucket) {
        try {
            return read(document, bucket);
        } catch (S3Exception e) {
            throw new StoreException(new StoreFailure.Corrupt("policy of bucket " + bucket), e);
        }
    }

    private Statement statement(JsonNode node, int number) {
        if (!node.isObject()) {
            throw malformed("Statement must be an object");
        }
        requireKnown(node, STATEMENT);
        Statement.Effect effect = switch (node.path("Effect").asText()) {
            case "Allow" -> Statement.Effect.ALLOW;
            case "Deny" -> Statement.Effect.DENY;
            default -> throw malformed("Invalid effect: " + node.path("Effect").asText());
        };
        boolean notPrincipal = either(node, "Principal", "NotPrincipal");
        if (notPrincipal && effect == Statement.Effect.ALLOW) {
            throw malformed("Allow with NotPrincipal is not allowed");
        }
        boolean notAction = either(node, "Action", "NotAction");
        boolean notResource = either(node, "Resource", "NotResource");
        List<String> actions = texts(node.path(notAction ? "NotAction" : "Action"), "Action");
        List<String> resources = texts(node.path(notResource ? "NotResource" : "Resource"), "Resource");
        actions.forEach(PolicyJson::requireAction);
        resources.forEach(this::requireResource);
        return new Statement(
                node.path("Sid").asText("number " + number),
                effect,
                new Among<>(principals(node.path(notPrincipal ? "NotPrincipal" : "Principal")), notPrincipal),
                new Among<>(actions, notAction),
                new Among<>(resources, notResource),
                conditions(node.path("Condition")),
                variables);
    }

    /** Whether the second is there; that one of them is, and not both, is seen to. */
    private static boolean either(JsonNode node, String one, String other) {
        if (node.has(one) == node.has(other)) {
            throw malformed("Statement must have either " + one + " or " + other);
        }
        return node.has(other);
    }

    private static List<Principal> principals(JsonNode node) {
        if (node.isTextual()) {
            if (node.asText().equals("*")) {
                return List.of(new Principal.Anyone());
            }
            throw malformed("Invalid principal in policy");
        }
        if (!node.isObject() || node.isEmpty()) {
            throw malformed("Invalid principal in policy");
        }
        List<Principal> principals = new ArrayList<>();
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            for (String text : texts(entry.getValue(), "Principal")) {
                principals.add(principal(entry.getKey(), text));
            }
        }
        return principals;
    }

    private static Principal principal(String kind, String text) {
        return switch (kind) {
            case "AWS" -> Principal.parse(text).orElseThrow(() -> malformed("Invalid principal in policy"));
            case "CanonicalUser" -> new Principal.Canonical(text);
            case "Service", "Federated" -> new Principal.Foreign(text);
            default -> throw malformed("Invalid principal in policy");
        };
    }

    private static void requireAction(String action) {
        if (!ACTION.matcher(action).matches()) {
            throw malformed("Policy has invalid action");
        }
    }

    /** A policy speaks of its own bucket; a wildcard may reach further, which no request of another bucket sees. */
    private void requireResource(String resource) {
        String prefix = "arn:aws:s3:::";
        if (resource.equals("*")) {
            return;
        }
        if (!resource.startsWith(prefix) || resource.length() == prefix.length()) {
            throw malformed("Policy has invalid resource");
        }
        String name = resource.substring(prefix.length());
        int slash = name.indexOf('/');
        String named = slash < 0 ? name : name.substring(0, slash);
        boolean open = named.indexOf('*') >= 0 || named.indexOf('?') >= 0 || named.contains("${");
        if (!open && !named.equals(bucket)) {
            throw malformed("Policy has invalid resource");
        }
    }

    private static List<Condition> conditions(JsonNode node) {
        List<Condition> conditions = new ArrayList<>();
        if (!node.isMissingNode() && !node.isObject()) {
            throw malformed("Invalid Condition");
        }
        for (Map.Entry<String, JsonNode> operator : node.properties()) {
            if (!operator.getValue().isObject()) {
                throw malformed("Invalid Condition type : " + operator.getKey());
            }
            for (Map.Entry<String, JsonNode> key : operator.getValue().properties()) {
                conditions.add(condition(operator.getKey(), key.getKey(), texts(key.getValue(), "Condition")));
            }
        }
        return conditions;
    }

    private static Condition condition(String operator, String key, List<String> values) {
        String name = operator;
        Condition.Quantifier quantifier = Condition.Quantifier.NONE;
        if (name.startsWith(ALL)) {
            quantifier = Condition.Quantifier.ALL;
            name = name.substring(ALL.length());
        } else if (name.startsWith(ANY)) {
            quantifier = Condition.Quantifier.ANY;
            name = name.substring(ANY.length());
        }
        boolean ifExists = name.endsWith(IF_EXISTS);
        String bare = ifExists ? name.substring(0, name.length() - IF_EXISTS.length()) : name;
        ConditionOperator known = ConditionOperator.named(bare)
                .filter(found -> !(ifExists && found == ConditionOperator.NULL))
                .orElseThrow(() -> malformed("Invalid Condition type : " + operator));
        if (key.indexOf(':') < 1) {
            throw malformed("Policy has an invalid condition key");
        }
        return new Condition(known, quantifier, ifExists, key, values);
    }

    /** One text or several; numbers and truth values count as their texts. */
    private static List<String> texts(JsonNode node, String what) {
        List<String> texts = new ArrayList<>();
        if (node.isArray()) {
            node.forEach(entry -> texts.add(text(entry, what)));
        } else {
            texts.add(text(node, what));
        }
        if (texts.isEmpty()) {
            throw malformed(what + " is empty");
        }
        return texts;
    }

    private static String text(JsonNode node, String what) {
        if (!node.isValueNode() || node.isNull()) {
            throw malformed("Invalid " + what);
        }
        return node.asText();
    }

    private static void requireKnown(JsonNode node, Set<String> names) {
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            if (!names.contains(field.getKey())) {
                throw malformed("Unknown field " + field.getKey());
            }
        }
    }

    private static S3Exception malformed(String message) {
        return new S3Exception(S3ErrorCode.MALFORMED_POLICY, message);
    }
}
