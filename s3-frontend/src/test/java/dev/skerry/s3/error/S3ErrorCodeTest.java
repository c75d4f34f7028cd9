package dev.skerry.s3.error;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class S3ErrorCodeTest {
    @TestFactory
    Stream<DynamicTest> theTableHolds() throws IOException {
        try (InputStream table = Objects.requireNonNull(S3ErrorCodeTest.class.getResourceAsStream("codes.txt"))) {
            return new String(table.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> dynamicTest(line, () -> check(line)));
        }
    }

    private static void check(String line) {
        String[] row = line.split(" ", 3);
        assertThat(S3ErrorCode.values())
                .filteredOn(code -> code.wireName().equals(row[0]))
                .singleElement()
                .satisfies(code -> {
                    assertThat(code.status()).isEqualTo(Integer.parseInt(row[1]));
                    assertThat(code.message()).isEqualTo(row[2]);
                });
    }

    @Test
    void namesAreUnique() {
        assertThat(S3ErrorCode.values()).extracting(S3ErrorCode::wireName).doesNotHaveDuplicates();
    }
}
