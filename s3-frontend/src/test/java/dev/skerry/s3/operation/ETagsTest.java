package dev.skerry.s3.operation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ETagsTest {
    @Test
    void quotesAndWeaknessAreLeftOut() {
        assertThat(ETags.bare("\"abc\"")).isEqualTo("abc");
        assertThat(ETags.bare(" abc ")).isEqualTo("abc");
        assertThat(ETags.bare("W/\"abc\"")).isEqualTo("abc");
        assertThat(ETags.bare("\"")).isEqualTo("\"");
        assertThat(ETags.bare("")).isEmpty();
        assertThat(ETags.quoted("abc")).isEqualTo("\"abc\"");
    }

    @Test
    void aHeaderMayNameSeveral() {
        assertThat(ETags.list("\"a\", b ,, W/\"c\"")).containsExactly("a", "b", "c");
        assertThat(ETags.list("*")).containsExactly(ETags.ANY);
        assertThat(ETags.list("")).isEmpty();
    }

    @Test
    void theStarMatchesAny() {
        assertThat(ETags.match(List.of("*"), "x")).isTrue();
        assertThat(ETags.match(List.of("a", "x"), "x")).isTrue();
        assertThat(ETags.match(List.of("a"), "x")).isFalse();
    }
}
