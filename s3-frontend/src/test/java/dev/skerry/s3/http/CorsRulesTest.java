package dev.skerry.s3.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CorsRulesTest {
    private final CorsRules rules = CorsRules.parse("""
            <CORSConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
              <CORSRule>
                <AllowedOrigin>http://*.example.com</AllowedOrigin>
                <AllowedOrigin>https://one.example.net</AllowedOrigin>
                <AllowedMethod>GET</AllowedMethod>
                <AllowedMethod>PUT</AllowedMethod>
                <AllowedHeader>x-amz-*</AllowedHeader>
                <AllowedHeader>Content-Type</AllowedHeader>
                <ExposeHeader>ETag</ExposeHeader>
                <MaxAgeSeconds>300</MaxAgeSeconds>
              </CORSRule>
              <CORSRule>
                <AllowedOrigin>*</AllowedOrigin>
                <AllowedMethod>HEAD</AllowedMethod>
              </CORSRule>
            </CORSConfiguration>
            """);

    @Test
    void oneStarStandsForAnyText() {
        assertThat(rules.allow("http://a.example.com", "GET", List.of(), false)).isPresent();
        assertThat(rules.allow("http://a.b.example.com", "GET", List.of(), false))
                .isPresent();
        assertThat(rules.allow("https://one.example.net", "PUT", List.of(), false))
                .isPresent();
        assertThat(rules.allow("http://example.com", "GET", List.of(), false)).isEmpty();
        assertThat(rules.allow("https://a.example.com", "GET", List.of(), false))
                .isEmpty();
        assertThat(rules.allow("http://a.example.com.evil.net", "GET", List.of(), false))
                .isEmpty();
        assertThat(rules.allow("HTTPS://ONE.example.net", "GET", List.of(), false))
                .isEmpty();
    }

    @Test
    void aStarDoesNotReuseWhatTheEndsMatched() {
        CorsRules overlap = CorsRules.parse("<C><CORSRule><AllowedOrigin>ab*ba</AllowedOrigin>"
                + "<AllowedMethod>GET</AllowedMethod></CORSRule></C>");
        assertThat(overlap.allow("aba", "GET", List.of(), false)).isEmpty();
        assertThat(overlap.allow("abba", "GET", List.of(), false)).isPresent();
    }

    @Test
    void methodsMatchExactly() {
        assertThat(rules.allow("http://a.example.com", "DELETE", List.of(), false))
                .isEmpty();
        assertThat(rules.allow("http://a.example.com", "get", List.of(), false)).isEmpty();
    }

    @Test
    void headersMatchByAnyCase() {
        List<String> asked = List.of("X-Amz-Date", "content-type");
        assertThat(rules.allow("http://a.example.com", "PUT", asked, true).orElseThrow())
                .containsEntry("Access-Control-Allow-Origin", "http://a.example.com")
                .containsEntry("Access-Control-Allow-Credentials", "true")
                .containsEntry("Access-Control-Allow-Methods", "GET, PUT")
                .containsEntry("Access-Control-Allow-Headers", "X-Amz-Date, content-type")
                .containsEntry("Access-Control-Expose-Headers", "ETag")
                .containsEntry("Access-Control-Max-Age", "300")
                .containsKey("Vary");
        assertThat(rules.allow("http://a.example.com", "PUT", List.of("x-other"), true))
                .isEmpty();
    }

    @Test
    void anOriginOfAllIsAnsweredWithAStarAndNoCredentials() {
        assertThat(rules.allow("http://elsewhere", "HEAD", List.of(), false).orElseThrow())
                .containsEntry("Access-Control-Allow-Origin", "*")
                .doesNotContainKey("Access-Control-Allow-Credentials");
    }
}
