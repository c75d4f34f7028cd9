package dev.skerry.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.catalog.Bucket.ConfigurationKind;
import dev.skerry.blob.clock.HlcTimestamp;
import dev.skerry.blob.commit.Command.Versioning;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BucketDocumentsTest {
    private final List<String> read = new ArrayList<>();
    private final BucketDocuments<Integer> numbers = new BucketDocuments<>(ConfigurationKind.WEBSITE, document -> {
        read.add(document);
        return Integer.valueOf(document);
    });

    private static Bucket bucket(Map<ConfigurationKind, String> configuration) {
        return new Bucket("b", "owner", "", HlcTimestamp.ZERO, Versioning.OFF, null, configuration);
    }

    private static Bucket bucket(String document) {
        return bucket(Map.of(ConfigurationKind.WEBSITE, document));
    }

    @Test
    void aDocumentIsReadOnceUntilItChanges() {
        assertThat(numbers.of(bucket("1"))).contains(1);
        assertThat(numbers.of(bucket("1"))).contains(1);
        assertThat(numbers.of(bucket("2"))).contains(2);
        assertThat(numbers.of(bucket("1"))).contains(1);
        assertThat(read).containsExactly("1", "2", "1");
    }

    @Test
    void aBucketWithoutOneSaysNothing() {
        assertThat(numbers.of(bucket(Map.of(ConfigurationKind.LOGGING, "1")))).isEmpty();
        assertThat(read).isEmpty();
    }

    @Test
    void oneThatCannotBeReadIsDamage() {
        assertThatThrownBy(() -> numbers.of(bucket("one")))
                .isInstanceOfSatisfying(
                        StoreException.class,
                        e -> assertThat(e.failure())
                                .isEqualTo(new StoreFailure.Corrupt("website configuration of bucket b")));
    }
}
