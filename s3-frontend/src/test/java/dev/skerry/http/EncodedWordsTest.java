package dev.skerry.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class EncodedWordsTest {
    @Test
    void asciiStaysAsItIs() {
        for (String text : List.of("", "AMAZONS3", "a b\tc", "=?", "a_b=c?d", "=?UTF-8?Q?a")) {
            assertThat(EncodedWords.encode(text)).isEqualTo(text);
            assertThat(EncodedWords.decode(text)).isEqualTo(text);
        }
    }

    @Test
    void otherTextIsOneWord() {
        String[][] rows = {
            {"caf\u00e9 au_lait", "=?UTF-8?Q?caf=C3=A9_au=5Flait?="},
            {"=\u00e9?", "=?UTF-8?Q?=3D=C3=A9=3F?="},
            {"\u4e2d", "=?UTF-8?Q?=E4=B8=AD?="},
            // the example of S3's documentation: bytes of UTF-8 that are taken for ISO 8859-1
            {"\u00c3\u0084M\u00c3\u0084Z\u00c3\u0095\u00c3\u0091 S3", "=?UTF-8?B?w4PChE3Dg8KEWsODwpXDg8KRIFMz?="},
            {"a\r\nb", "=?UTF-8?B?YQ0KYg==?="},
        };
        for (String[] row : rows) {
            assertThat(EncodedWords.encode(row[0])).isEqualTo(row[1]);
            assertThat(EncodedWords.decode(row[1])).isEqualTo(row[0]);
        }
    }

    @Test
    void wordsAreDecodedInTheirText() {
        assertThat(EncodedWords.decode("a =?iso-8859-1?q?=E9?= b")).isEqualTo("a \u00e9 b");
        assertThat(EncodedWords.decode("=?UTF-8?B?w6k=?=  =?utf-8?Q?_=C3=A9?=")).isEqualTo("\u00e9 \u00e9");
    }

    @Test
    void whatIsNoWordStays() {
        for (String text : List.of(
                "=?UTF-8?Q?=C3?=",
                "=?UTF-8?Q?=?=",
                "=?UTF-8?Q?=GG?=",
                "=?UTF-8?B?w6k?",
                "=?UTF-8?B?*?=",
                "=?nonsense-9?Q?a?=",
                "=?UTF-8?X?a?=")) {
            assertThat(EncodedWords.decode(text)).isEqualTo(text);
        }
    }
}
