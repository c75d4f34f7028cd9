package dev.skerry.cluster.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RecordJsonTest {
    private static final NodeRecord NODE = RegistryContract.B;

    @Test
    void aRecordComesBackAsItWas() {
        assertThat(RecordJson.read(RecordJson.write(NODE))).contains(NODE);
    }

    @Test
    void whatIsNoRecordIsLeftOut() {
        String text = RecordJson.text(RecordJson.write(NODE));
        for (String other : List.of(
                "",
                "{",
                "null",
                "[]",
                text.replace("10000", "-1"),
                text.replace("10000", "99999999999"),
                text.replace("\"b\"", "\"\""),
                text.replace("address", "adress"),
                text.replace("deck-2", "x".repeat(5000)))) {
            assertThat(RecordJson.read(other.getBytes(StandardCharsets.UTF_8)))
                    .as(other)
                    .isEmpty();
        }
        assertThat(RecordJson.readAll(
                        Stream.of(new byte[] {1}, RecordJson.write(NODE), RecordJson.write(RegistryContract.A))))
                .containsExactly(RegistryContract.A, NODE);
    }
}
