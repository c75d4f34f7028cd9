package dev.skerry.s3.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class AmzDateTest {
    @Test
    void readsWhatItWrites() {
        Instant time = Instant.parse("2024-02-29T23:59:58Z");

        assertThat(AmzDate.of(time).text()).isEqualTo("20240229T235958Z");
        assertThat(AmzDate.parse("20240229T235958Z")).contains(AmzDate.of(time));
    }

    @Test
    void whatIsNoSuchTimeIsRefused() {
        List<String> wrong = List.of(
                "",
                "20240229",
                "20240229T235958",
                "20240229T235958z",
                "20240229t235958Z",
                "20240229T235958Z ",
                "20230229T000000Z",
                "20241301T000000Z",
                "20240100T000000Z",
                "20240101T240000Z",
                "20240101T006000Z",
                "20240101T000060Z",
                "+0240101T000000Z",
                "2024 101T000000Z",
                "\u0662\u0660240101T000000Z");

        assertThat(wrong).allSatisfy(text -> assertThat(AmzDate.parse(text)).isEmpty());
    }
}
