package dev.skerry.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.http.RequestTarget.Parameter;
import org.junit.jupiter.api.Test;

class RequestTargetTest {
    @Test
    void thePathIsLeftAsItCame() {
        assertThat(RequestTarget.parse("/a//b/../%20?x#y")).isEqualTo(new RequestTarget("/a//b/../%20", "x#y"));
        assertThat(RequestTarget.parse("/a?b?c")).isEqualTo(new RequestTarget("/a", "b?c"));
        assertThat(RequestTarget.parse("/http://x/y")).isEqualTo(new RequestTarget("/http://x/y", ""));
        assertThat(RequestTarget.parse("*")).isEqualTo(new RequestTarget("*", ""));
    }

    @Test
    void theAuthorityOfAnAbsoluteFormIsLeftOut() {
        assertThat(RequestTarget.parse("http://h:1/a?b")).isEqualTo(new RequestTarget("/a", "b"));
        assertThat(RequestTarget.parse("http://h")).isEqualTo(new RequestTarget("/", ""));
        assertThat(RequestTarget.parse("http://h?b=/c")).isEqualTo(new RequestTarget("/", "b=/c"));
    }

    @Test
    void parametersAreDecodedInOrder() {
        assertThat(new RequestTarget("/", "b=1&a=%C3%A9+x%2B&&uploads&a=&=v&c=d=e").parameters())
                .containsExactly(
                        new Parameter("b", "1"),
                        new Parameter("a", "é x+"),
                        new Parameter("uploads", ""),
                        new Parameter("a", ""),
                        new Parameter("", "v"),
                        new Parameter("c", "d=e"));
    }

    @Test
    void brokenEscapesInTheQueryAreRefused() {
        assertThatThrownBy(() -> new RequestTarget("/", "a=%zz").parameters())
                .isInstanceOf(IllegalArgumentException.class);
    }
}
