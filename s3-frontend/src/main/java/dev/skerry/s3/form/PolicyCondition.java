package dev.skerry.s3.form;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a policy asks of a form. Names of fields count by any case, values do not. */
sealed interface PolicyCondition {
    /** As S3 shows it where it does not hold: the policy's own words. */
    String text();

    /** The field it is about, by its lower-case name; null for the file. */
    @Nullable
    String field();

    /**
     * A field has that very value.
     *
     * @param text as the policy says it
     * @param field by its lower-case name
     */
    record Equal(String text, String field, String value) implements PolicyCondition {}

    /** A field begins so; of Content-Type every one of several, which are separated by commas. */
    record StartsWith(String text, String field, String prefix) implements PolicyCondition {}

    /** The file is of such a size. */
    record FileSize(String text, SizeRange range) implements PolicyCondition {
        @Override
        public @Nullable String field() {
            return null;
        }
    }

    /** What can never hold, such as one whose field is named without the dollar sign. */
    record Never(String text, String field) implements PolicyCondition {}

    /**
     * Whether it holds for the fields; what is asked of the file is seen when it comes.
     *
     * @param absentIsEmpty whether a field that is not there begins with nothing, as one that is empty does
     */
    default boolean holds(Map<String, String> fields, boolean absentIsEmpty) {
        return switch (this) {
            case Equal(String _, String field, String value) ->
                Optional.ofNullable(fields.get(field)).filter(value::equals).isPresent();
            case StartsWith(String _, String field, String prefix) ->
                Optional.ofNullable(fields.get(field))
                        .or(() -> absentIsEmpty ? Optional.of("") : Optional.empty())
                        .filter(value -> startsWith(field, value, prefix))
                        .isPresent();
            case FileSize _ -> true;
            case Never _ -> false;
        };
    }

    private static boolean startsWith(String field, String value, String prefix) {
        return field.equals("content-type")
                ? List.of(value.split(",", -1)).stream().allMatch(type -> type.startsWith(prefix))
                : value.startsWith(prefix);
    }

    /** A condition in the form in which S3 shows it. */
    static String shown(List<String> words) {
        return words.stream()
                .map(word -> '"' + word.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
                .collect(Collectors.joining(", ", "[", "]"));
    }
}
