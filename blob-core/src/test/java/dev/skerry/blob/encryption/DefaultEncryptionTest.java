package dev.skerry.blob.encryption;

import static dev.skerry.blob.failure.Failures.failureOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.skerry.blob.failure.StoreFailure;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DefaultEncryptionTest {
    @Test
    void whatABucketKeepsIsReadAgain() {
        for (DefaultEncryption encryption : List.of(
                new DefaultEncryption(EncryptionMethod.MANAGED, null, false),
                new DefaultEncryption(EncryptionMethod.MANAGED, null, true),
                new DefaultEncryption(EncryptionMethod.KMS, null, false),
                new DefaultEncryption(EncryptionMethod.KMS, "testkey-1", true),
                new DefaultEncryption(EncryptionMethod.KMS, "a key with  spaces ", false))) {
            assertThat(DefaultEncryption.parse(encryption.document())).isEqualTo(encryption);
        }
    }

    @Test
    void itAsksForWhatItSays() {
        assertThat(new DefaultEncryption(EncryptionMethod.MANAGED, null, true).request())
                .isEqualTo(new EncryptionRequest.Managed());
        assertThat(new DefaultEncryption(EncryptionMethod.KMS, "k", true).request())
                .isEqualTo(new EncryptionRequest.Kms("k", Map.of(), true));
    }

    @Test
    void whatIsNoneIsDamage() {
        for (String document : List.of("", "KMS", "KMS maybe", "MANAGED true key", "CUSTOMER true", "aes true", "{}")) {
            assertThat(failureOf(() -> DefaultEncryption.parse(document))).isInstanceOf(StoreFailure.Corrupt.class);
        }
    }

    @Test
    void aBucketHasNoKeyOfAClient() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DefaultEncryption(EncryptionMethod.CUSTOMER, null, false));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DefaultEncryption(EncryptionMethod.MANAGED, "key", false));
    }
}
