package dev.skerry.s3.website;

import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import dev.skerry.s3.website.Website.Redirect;
import dev.skerry.s3.website.Website.RoutingRule;
import dev.skerry.s3.xml.XmlElement;
import dev.skerry.s3.xml.XmlLimits;
import dev.skerry.s3.xml.XmlReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The website configuration of a bucket.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketWebsite.html">PutBucketWebsite</a>
 */
public final class WebsiteXml {
    /** The root element. */
    public static final String ROOT = "WebsiteConfiguration";

    private static final String REDIRECT_ALL = "RedirectAllRequestsTo";
    private static final String INDEX = "IndexDocument";
    private static final String SUFFIX = "Suffix";
    private static final String ERROR = "ErrorDocument";
    private static final String KEY = "Key";
    private static final String RULES = "RoutingRules";
    private static final String RULE = "RoutingRule";
    private static final String CONDITION = "Condition";
    private static final String REDIRECT = "Redirect";
    private static final String HOST = "HostName";
    private static final String PROTOCOL = "Protocol";
    private static final String REPLACE = "ReplaceKeyWith";
    private static final String REPLACE_PREFIX = "ReplaceKeyPrefixWith";
    private static final String CODE = "HttpRedirectCode";
    private static final String ERROR_CODE = "HttpErrorCodeReturnedEquals";
    private static final String PREFIX = "KeyPrefixEquals";
    private static final int MAX_RULES = 50;
    private static final int MAX_KEY_BYTES = 1024;

    private WebsiteXml() {}

    /**
     * What a document says.
     *
     * @throws S3Exception with MalformedXML, InvalidArgument or InvalidRequest
     */
    public static Website read(XmlElement root) {
        requireKnown(root, Set.of(REDIRECT_ALL, INDEX, ERROR, RULES));
        Optional<XmlElement> all = root.first(REDIRECT_ALL);
        if (all.isPresent()) {
            if (root.children().size() > 1) {
                throw invalid("RedirectAllRequestsTo cannot be provided in conjunction with other Routing Rules.");
            }
            requireKnown(all.get(), Set.of(HOST, PROTOCOL));
            String host = text(all.get(), HOST);
            if (host == null) {
                throw malformed();
            }
            return new Website(
                    new Redirect(protocol(all.get()), host, null, null, Redirect.MOVED), "", null, List.of());
        }
        List<RoutingRule> rules = root.first(RULES).map(WebsiteXml::rules).orElse(List.of());
        return new Website(null, index(root), errorKey(root), rules);
    }

    /** What a bucket kept. */
    public static Website ofKept(String document) {
        return read(XmlReader.parse(document.getBytes(StandardCharsets.UTF_8), XmlLimits.DEFAULT));
    }

    private static String index(XmlElement root) {
        XmlElement index = root.first(INDEX)
                .orElseThrow(() -> argument(
                        "A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty",
                        INDEX,
                        "null"));
        requireKnown(index, Set.of(SUFFIX));
        String suffix = index.textOf(SUFFIX).orElseThrow(WebsiteXml::malformed);
        if (suffix.isEmpty() || suffix.indexOf('/') >= 0 || isTooLong(suffix)) {
            throw argument("The IndexDocument Suffix is not well formed", INDEX, suffix);
        }
        return suffix;
    }

    private static @Nullable String errorKey(XmlElement root) {
        Optional<XmlElement> error = root.first(ERROR);
        if (error.isEmpty()) {
            return null;
        }
        requireKnown(error.get(), Set.of(KEY));
        String key = error.get().textOf(KEY).orElseThrow(WebsiteXml::malformed);
        if (key.isEmpty() || isTooLong(key)) {
            throw argument("The ErrorDocument Key is not well formed", ERROR, key);
        }
        return key;
    }

    private static boolean isTooLong(String key) {
        return key.getBytes(StandardCharsets.UTF_8).length > MAX_KEY_BYTES;
    }

    private static List<RoutingRule> rules(XmlElement rules) {
        int count = rules.children().size();
        if (count == 0 || rules.children(RULE).size() != count) {
            throw malformed();
        }
        if (count > MAX_RULES) {
            throw invalid(count + " routing rules provided, the number of routing rules in a website configuration is"
                    + " limited to " + MAX_RULES + ".");
        }
        return rules.children().stream().map(WebsiteXml::rule).toList();
    }

    private static RoutingRule rule(XmlElement rule) {
        requireKnown(rule, Set.of(CONDITION, REDIRECT));
        XmlElement redirect = rule.first(REDIRECT).orElseThrow(WebsiteXml::malformed);
        requireKnown(redirect, Set.of(HOST, PROTOCOL, REPLACE, REPLACE_PREFIX, CODE));
        if (redirect.children().isEmpty()) {
            throw malformed();
        }
        if (redirect.first(REPLACE).isPresent()
                && redirect.first(REPLACE_PREFIX).isPresent()) {
            throw invalid("You can only define ReplaceKeyPrefix or ReplaceKey but not both.");
        }
        Optional<XmlElement> condition = rule.first(CONDITION);
        condition.ifPresent(element -> {
            requireKnown(element, Set.of(PREFIX, ERROR_CODE));
            if (element.children().isEmpty()) {
                throw invalid("Condition cannot be empty. To redirect all requests without a condition, the condition"
                        + " element shouldn't be present.");
            }
        });
        return new RoutingRule(
                condition.flatMap(element -> element.textOf(PREFIX)).orElse(""),
                condition
                        .flatMap(element -> element.textOf(ERROR_CODE))
                        .map(WebsiteXml::errorCode)
                        .orElse(null),
                new Redirect(
                        protocol(redirect),
                        text(redirect, HOST),
                        redirect.textOf(REPLACE).orElse(null),
                        redirect.textOf(REPLACE_PREFIX).orElse(null),
                        redirect.textOf(CODE).map(WebsiteXml::redirectCode).orElse(Redirect.MOVED)));
    }

    private static int errorCode(String text) {
        if (!text.matches("[45]\\d\\d")) {
            throw invalid("The provided HTTP error code (" + text + ") is not valid. Valid codes are 4XX or 5XX.");
        }
        return Integer.parseInt(text);
    }

    private static int redirectCode(String text) {
        if (!text.matches("3\\d\\d") || text.equals("300")) {
            throw invalid(
                    "The provided HTTP redirect code (" + text + ") is not valid. Valid codes are 3XX except 300.");
        }
        return Integer.parseInt(text);
    }

    private static @Nullable String protocol(XmlElement redirect) {
        String protocol = redirect.textOf(PROTOCOL).orElse(null);
        if (protocol != null && !protocol.equals("http") && !protocol.equals("https")) {
            throw invalid("Invalid protocol, protocol can be http or https. If not defined the protocol will be"
                    + " selected automatically.");
        }
        return protocol;
    }

    /** A text that is there and not empty. */
    private static @Nullable String text(XmlElement parent, String child) {
        return parent.textOf(child).filter(text -> !text.isEmpty()).orElse(null);
    }

    /** Each child is one of these, and there once. */
    private static void requireKnown(XmlElement parent, Set<String> names) {
        for (XmlElement child : parent.children()) {
            if (!names.contains(child.name()) || parent.children(child.name()).size() > 1) {
                throw malformed();
            }
        }
    }

    private static S3Exception argument(String message, String name, String value) {
        return new S3Exception(
                S3ErrorCode.INVALID_ARGUMENT, message, Map.of("ArgumentName", name, "ArgumentValue", value));
    }

    private static S3Exception invalid(String message) {
        return new S3Exception(S3ErrorCode.INVALID_REQUEST, message);
    }

    private static S3Exception malformed() {
        return new S3Exception(S3ErrorCode.MALFORMED_XML);
    }
}
