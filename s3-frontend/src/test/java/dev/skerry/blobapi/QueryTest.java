package dev.skerry.blobapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.http.RequestTarget;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class QueryTest {
    @Test
    void valuesAreDecodedOnce() {
        Query query = query("prefix=a%2525+b%2Bc&flag");
        assertThat(query.text("prefix")).hasValue("a%25 b+c");
        assertThat(query.text("flag")).hasValue("");
        assertThat(query.text("other")).isEmpty();
    }

    @Test
    void brokenEscapesAreRefused() {
        for (String broken : new String[] {"a=%", "a=%z1", "a=%f", "a=%ff", "%c3=1"}) {
            assertThatThrownBy(() -> query(broken)).as(broken).isInstanceOf(ApiException.class);
        }
    }

    @Test
    void aParameterComesOnce() {
        assertThatThrownBy(() -> query("a=1&a=2")).hasMessageContaining("a: given twice");
    }

    @Test
    void aSignatureIsNoParameter() {
        assertThat(query("X-Amz-Signature=abc&x-amz-date=1&version=3").names()).containsExactly("version");
    }

    @Test
    void numbersKeepWithinTheirBounds() {
        assertThat(query("n=7").number("n", 1, 10)).hasValue(7);
        assertThat(query("").number("n", 1, 10)).isEmpty();
        for (String bad :
                new String[] {"n=0", "n=11", "n=-1", "n=+1", "n=1.0", "n=", "n=1e3", "n=99999999999999999999"}) {
            assertThatThrownBy(() -> query(bad).number("n", 1, 10)).as(bad).isInstanceOf(ApiException.class);
        }
    }

    @Test
    void waitsAreInSecondsAndCut() {
        Duration most = Duration.ofSeconds(60);
        assertThat(query("wait=30s").seconds("wait", most)).isEqualTo(Duration.ofSeconds(30));
        assertThat(query("wait=5").seconds("wait", most)).isEqualTo(Duration.ofSeconds(5));
        assertThat(query("wait=999999999999999999s").seconds("wait", most)).isEqualTo(most);
        assertThat(query("").seconds("wait", most)).isEqualTo(Duration.ZERO);
        assertThatThrownBy(() -> query("wait=1m").seconds("wait", most)).isInstanceOf(ApiException.class);
        assertThatThrownBy(() -> query("wait=s").seconds("wait", most)).isInstanceOf(ApiException.class);
    }

    private static Query query(String raw) {
        return Query.of(RequestTarget.parse("/x?" + raw));
    }
}
