package dev.skerry.blobapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Base64;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class FeedCursorTest {
    @Test
    void everySequenceComesBack() {
        TreeMap<Integer, Long> sequences =
                new TreeMap<>(Map.of(-1, 0L, 0, 127L, 1, 128L, 2, 1L << 40, 3, Long.MAX_VALUE));
        FeedCursor cursor = FeedCursor.of(sequences);
        assertThat(FeedCursor.read(cursor.write(), sequences.keySet())).isEqualTo(cursor);
    }

    @Test
    void aCursorOfOtherSourcesIsRefused() {
        String text = FeedCursor.of(new TreeMap<>(Map.of(-1, 1L, 0, 1L))).write();
        assertThatThrownBy(() -> FeedCursor.read(text, Set.of(-1))).isInstanceOf(ApiException.class);
        assertThatThrownBy(() -> FeedCursor.read(text, Set.of(-1, 0, 1))).isInstanceOf(ApiException.class);
    }

    @Test
    void noBytesMakeItFailOtherwise() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 10_000; i++) {
            byte[] bytes = new byte[random.nextInt(12)];
            random.nextBytes(bytes);
            if (bytes.length > 0 && random.nextBoolean()) {
                bytes[0] = 1;
            }
            String text = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
            try {
                FeedCursor.read(text, Set.of(-1, 0));
            } catch (ApiException refused) {
                assertThat(refused.code()).as("seed %s", seed).isEqualTo(ApiErrorCode.INVALID_CURSOR);
            }
        }
    }
}
