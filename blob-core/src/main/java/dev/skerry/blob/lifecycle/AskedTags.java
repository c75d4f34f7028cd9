package dev.skerry.blob.lifecycle;

import dev.skerry.blob.ListedBlob;
import dev.skerry.blob.VersionSelector;
import dev.skerry.blob.store.AgedVersions;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The tags of a version, looked up where a rule asks for them, and once. */
final class AskedTags implements Supplier<Map<String, String>> {
    private final AgedVersions versions;
    private final ListedBlob row;
    private @Nullable Map<String, String> answer;

    AskedTags(AgedVersions versions, ListedBlob row) {
        this.versions = versions;
        this.row = row;
    }

    @Override
    public Map<String, String> get() {
        Map<String, String> known = answer;
        if (known == null) {
            known = versions.tags(row.path(), new VersionSelector.ByBlobId(row.blobId()));
            answer = known;
        }
        return known;
    }

    /** What was answered, or null where nobody asked. */
    @Nullable
    Map<String, String> answer() {
        return answer;
    }
}
