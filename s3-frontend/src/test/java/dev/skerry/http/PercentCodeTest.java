package dev.skerry.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class PercentCodeTest {
    private static final Pattern ESCAPE = Pattern.compile("\\\\u([0-9a-f]{4})");

    @TestFactory
    Stream<DynamicTest> theTableHolds() throws IOException {
        try (InputStream table =
                Objects.requireNonNull(PercentCodeTest.class.getResourceAsStream("percent-decoding.txt"))) {
            return new String(table.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split(" => ", 2))
                    .map(row -> dynamicTest(row[0], () -> check(unescape(row[0]), row[1])));
        }
    }

    private static void check(String encoded, String expected) {
        if (expected.equals("!")) {
            assertThatThrownBy(() -> PercentCode.decode(encoded)).isInstanceOf(IllegalArgumentException.class);
        } else {
            assertThat(PercentCode.decode(encoded)).isEqualTo(unescape(expected));
        }
    }

    private static String unescape(String text) {
        return ESCAPE.matcher(text)
                .replaceAll(
                        match -> Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(match.group(1), 16))));
    }

    @Test
    void encodingLeavesOnlyTheUnreserved() {
        assertThat(PercentCode.encode("AZaz09-._~/ é+")).isEqualTo("AZaz09-._~%2F%20%C3%A9%2B");
        assertThat(PercentCode.encodePath("/a b/")).isEqualTo("/a%20b/");
    }
}
