package dev.skerry.blob.access;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Variables in the texts of a policy: <code>${aws:username}</code>, with a default in <code>${aws:username, 'nobody'}
 * </code>, and <code>${*}</code>, <code>${?}</code>, <code>${$}</code> for these characters themselves.
 *
 * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html">Variables</a>
 */
final class Variables {
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{\\s*([^},]+?)\\s*(?:,\\s*'([^']*)'\\s*)?}");

    private Variables() {}

    /**
     * The text with its variables filled in; what they bring never counts as a wildcard.
     *
     * @return empty where a variable has no value or several, and no default
     */
    static Optional<String> fill(String text, RequestContext context) {
        if (!text.contains("${")) {
            return Optional.of(text);
        }
        Matcher variable = VARIABLE.matcher(text);
        StringBuilder filled = new StringBuilder();
        while (variable.find()) {
            Optional<String> value = value(variable.group(1), context)
                    .or(() -> Optional.ofNullable(variable.group(2)).map(Wildcards::literal));
            if (value.isEmpty()) {
                return Optional.empty();
            }
            variable.appendReplacement(filled, Matcher.quoteReplacement(value.get()));
        }
        return Optional.of(variable.appendTail(filled).toString());
    }

    private static Optional<String> value(String name, RequestContext context) {
        return switch (name) {
            case "*" -> Optional.of(String.valueOf(Wildcards.STAR));
            case "?" -> Optional.of(String.valueOf(Wildcards.QUESTION));
            case "$" -> Optional.of("$");
            default -> context.single(name).map(Wildcards::literal);
        };
    }
}
