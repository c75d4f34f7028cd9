package dev.skerry.s3.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.skerry.s3.error.S3Exception;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class S3AddressTest {
    private static final List<String> DOMAINS = List.of("s3.example.com", "example.org");

    @TestFactory
    Stream<DynamicTest> theTableHolds() throws IOException {
        try (InputStream table = Objects.requireNonNull(S3AddressTest.class.getResourceAsStream("addresses.txt"))) {
            return new String(table.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> dynamicTest(line, () -> check(line)));
        }
    }

    private static void check(String line) {
        String[] row = line.split(" => ", 2);
        String[] given = row[0].split(" \\| ", 2);
        String host = given[0].equals("-") ? "" : given[0];
        if (row[1].startsWith("! ")) {
            S3Exception refusal = catchThrowableOfType(S3Exception.class, () -> S3Address.of(host, given[1], DOMAINS));
            assertThat(refusal.code().wireName()).isEqualTo(row[1].substring(2));
            return;
        }
        String[] expected = row[1].split(" \\| ", 2);
        S3Address address = S3Address.of(host, given[1], DOMAINS);
        assertThat(address.bucket()).isEqualTo(orNull(expected[0]));
        assertThat(address.key()).isEqualTo(orNull(expected[1]));
        assertThat(address.inHost()).isEqualTo(expected[0].length() > 1 && !given[1].startsWith("/" + expected[0]));
    }

    private static @Nullable String orNull(String text) {
        return text.equals("-") ? null : text;
    }
}
