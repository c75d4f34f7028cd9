package dev.skerry.s3.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The vectors are those of RFC 4231, section 4. */
class SigningKeyTest {
    @Test
    void signsWithHmacSha256AnyNumberOfTimes() {
        byte[] bytes = new byte[20];
        Arrays.fill(bytes, (byte) 0x0b);
        SigningKey key = new SigningKey(bytes);

        for (int i = 0; i < 2; i++) {
            assertThat(key.sign("Hi There"))
                    .isEqualTo("b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
        }
        assertThat(new SigningKey("Jefe".getBytes(StandardCharsets.US_ASCII)).sign("what do ya want for nothing?"))
                .isEqualTo("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    @Test
    void aKeyLongerThanABlockIsRefused() {
        assertThatThrownBy(() -> new SigningKey(new byte[65])).isInstanceOf(IllegalArgumentException.class);
    }
}
