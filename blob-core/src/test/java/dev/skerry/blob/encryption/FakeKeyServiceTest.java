package dev.skerry.blob.encryption;

import static dev.skerry.blob.failure.Failures.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.blob.failure.StoreFailure;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FakeKeyServiceTest extends KeyServiceContract {
    private final FakeKeyService service = new FakeKeyService(known(), other());

    @Override
    protected KeyService service() {
        return service;
    }

    @Test
    void noKeysKnowNone() {
        assertThat(KeyService.NONE.knows(null)).isFalse();
        assertThat(failureOf(() -> KeyService.NONE.newDataKey(null, Map.of())))
                .isEqualTo(new StoreFailure.KeyUnknown(null));
        assertThat(failureOf(() -> KeyService.NONE.unwrap("k", new byte[0], Map.of())))
                .isEqualTo(new StoreFailure.KeyUnknown("k"));
    }
}
