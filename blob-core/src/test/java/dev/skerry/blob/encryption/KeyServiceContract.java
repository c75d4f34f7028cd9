package dev.skerry.blob.encryption;

import static dev.skerry.blob.failure.Failures.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.blob.failure.StoreFailure;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What every key service does. */
public abstract class KeyServiceContract {
    private static final Map<String, String> CONTEXT = Map.of("project", "skerry", "stage", "é");

    /** A service that has its own key and those called {@link #known()} and {@link #other()}. */
    protected abstract KeyService service();

    /** The name of a key. */
    protected String known() {
        return "testkey-1";
    }

    /** The name of another key. */
    protected String other() {
        return "testkey-2";
    }

    @Test
    public void whatWasWrappedIsUnwrapped() {
        KeyService service = service();
        for (String keyId : new String[] {null, known()}) {
            for (Map<String, String> context : List.of(Map.<String, String>of(), CONTEXT)) {
                DataKey key = service.newDataKey(keyId, context);
                assertThat(service.unwrap(keyId, key.wrapped(), context)).isEqualTo(key.plain());
            }
        }
    }

    @Test
    public void noTwoDataKeysAreTheSame() {
        DataKey one = service().newDataKey(known(), Map.of());
        DataKey two = service().newDataKey(known(), Map.of());
        assertThat(one.plain()).isNotEqualTo(two.plain());
        assertThat(one.wrapped()).isNotEqualTo(two.wrapped());
    }

    @Test
    public void theWrappedFormDoesNotHoldTheKey() {
        DataKey key = service().newDataKey(null, CONTEXT);
        byte[] wrapped = key.wrapped();
        for (int at = 0; at + 8 <= wrapped.length; at++) {
            long run = ByteBuffer.wrap(wrapped).getLong(at);
            assertThat(run).isNotEqualTo(ByteBuffer.wrap(key.plain()).getLong(0));
        }
    }

    @Test
    public void anotherContextAnotherKeyAndDamageAreCorrupt() {
        KeyService service = service();
        byte[] wrapped = service.newDataKey(known(), CONTEXT).wrapped();
        assertThat(failureOf(() -> service.unwrap(known(), wrapped, Map.of())))
                .isInstanceOf(StoreFailure.Corrupt.class);
        assertThat(failureOf(() -> service.unwrap(known(), wrapped, Map.of("project", "other"))))
                .isInstanceOf(StoreFailure.Corrupt.class);
        assertThat(failureOf(() -> service.unwrap(other(), wrapped, CONTEXT))).isInstanceOf(StoreFailure.Corrupt.class);
        assertThat(failureOf(() -> service.unwrap(null, wrapped, CONTEXT))).isInstanceOf(StoreFailure.Corrupt.class);
        byte[] flipped = wrapped.clone();
        flipped[flipped.length - 1] ^= 1;
        assertThat(failureOf(() -> service.unwrap(known(), flipped, CONTEXT))).isInstanceOf(StoreFailure.Corrupt.class);
        assertThat(failureOf(() -> service.unwrap(known(), new byte[0], CONTEXT)))
                .isInstanceOf(StoreFailure.Corrupt.class);
    }

    @Test
    public void aKeyThatIsNotThereIsUnknown() {
        KeyService service = service();
        byte[] wrapped = service.newDataKey(known(), Map.of()).wrapped();
        assertThat(failureOf(() -> service.newDataKey("no such key", Map.of())))
                .isEqualTo(new StoreFailure.KeyUnknown("no such key"));
        assertThat(failureOf(() -> service.unwrap("no such key", wrapped, Map.of())))
                .isEqualTo(new StoreFailure.KeyUnknown("no such key"));
        assertThat(service.knows("no such key")).isFalse();
        assertThat(service.knows(known())).isTrue();
        assertThat(service.knows(null)).isTrue();
    }
}
