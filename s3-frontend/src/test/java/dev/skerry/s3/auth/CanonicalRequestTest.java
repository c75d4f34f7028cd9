package dev.skerry.s3.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.http.RequestHead;
import java.util.List;
import org.junit.jupiter.api.Test;

class CanonicalRequestTest {
    private static List<String> forms(RequestHead head, String... signedHeaders) {
        return CanonicalRequest.forms(head, List.of(signedHeaders), "HASH");
    }

    @Test
    void thePathIsEncodedOnceAndNotNormalised() {
        assertThat(forms(Heads.of("GET", "/b/a//../%7e%2F/b%20c+d/", "Host: h"), "host")
                        .getFirst())
                .isEqualTo("GET\n/b/a//../~//b%20c%2Bd/\n\nhost:h\n\nhost\nHASH");
    }

    @Test
    void aPathSignedAsItWasSentIsAFormToo() {
        assertThat(forms(Heads.of("GET", "/b/a(1)!", "Host: h"), "host"))
                .hasSize(2)
                .anyMatch(form -> form.startsWith("GET\n/b/a(1)!\n"))
                .anyMatch(form -> form.startsWith("GET\n/b/a%281%29%21\n"));
    }

    @Test
    void aPlusInTheQueryIsASpaceOrAPlus() {
        assertThat(forms(Heads.of("GET", "/b?prefix=a+b", "Host: h"), "host"))
                .anyMatch(form -> form.contains("\nprefix=a%20b\n"))
                .anyMatch(form -> form.contains("\nprefix=a%2Bb\n"));
    }

    @Test
    void parametersSortByNameThenValueAndEmptyOnesKeepTheEqualsSign() {
        assertThat(forms(Heads.of("GET", "/b?b=2&a=z&uploads&a=%C3%A9&A=1", "Host: h"), "host")
                        .getFirst())
                .contains("\nA=1&a=%C3%A9&a=z&b=2&uploads=\n");
    }

    @Test
    void headerValuesAreTrimmedFoldedAndJoined() {
        RequestHead head = Heads.of("GET", "/b", "Host: h", "X-Amz-Meta-A:   one   two  ", "x-amz-meta-a: three");
        assertThat(forms(head, "host", "x-amz-meta-a").getFirst()).contains("\nx-amz-meta-a:one two,three\n");
    }
}
