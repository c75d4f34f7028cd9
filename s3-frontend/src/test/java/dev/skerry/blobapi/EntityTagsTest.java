package dev.skerry.blobapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class EntityTagsTest {
    @Test
    void listsAreRead() {
        assertThat(tags("\"a\", b ,W/\"c\"", true)).containsExactly("a", "b", "c");
        assertThat(tags("\"a\", W/\"c\"", false)).containsExactly("a");
        assertThat(tags("*", false)).containsExactly("*");
    }

    @Test
    void whatIsNoListIsRefused() {
        for (String bad : new String[] {"", ",", "\"\"", "a\"b", "\"a\",", "\"a\"".concat(",\"a\"".repeat(32))}) {
            assertThatThrownBy(() -> tags(bad, true)).as(bad).isInstanceOf(ApiException.class);
        }
    }

    private static List<String> tags(String value, boolean weakToo) {
        return EntityTags.parse("If-Match", value, weakToo).tags();
    }
}
