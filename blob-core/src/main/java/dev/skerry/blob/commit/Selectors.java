package dev.skerry.blob.commit;

import dev.skerry.blob.VersionSelector;

/** What refusals say of a {@link VersionSelector}. */
final class Selectors {
    private Selectors() {}

    /** Whether the client named one version, rather than asking for whichever is current. */
    static boolean named(VersionSelector selector) {
        return switch (selector) {
            case VersionSelector.Current _, VersionSelector.LatestLive _ -> false;
            case VersionSelector.NullVersion _, VersionSelector.ByGeneration _, VersionSelector.ByBlobId _ -> true;
        };
    }

    /** The version as the client named it. */
    static String text(VersionSelector selector) {
        return switch (selector) {
            case VersionSelector.Current _ -> "current";
            case VersionSelector.LatestLive _ -> "latest live";
            case VersionSelector.NullVersion _ -> "null";
            case VersionSelector.ByGeneration(var generation) -> Long.toString(generation.value());
            case VersionSelector.ByBlobId(var blobId) -> blobId.value();
        };
    }
}
