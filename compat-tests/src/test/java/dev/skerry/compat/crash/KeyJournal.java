package dev.skerry.compat.crash;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one key: what the server acknowledged, and the one request whose answer never came. One writer at a
 * time; the verifier looks only while no writer runs.
 */
final class KeyJournal {
    /** The version id of a bucket without versioning. */
    static final String NULL = "null";

    /** A request that was sent and not answered: it happened, or it did not. */
    sealed interface Doubt {
        record Put(Content content) implements Doubt {}

        record Delete() implements Doubt {}

        record DeleteVersion(String id) implements Doubt {}
    }

    final String bucket;
    final String key;
    final boolean versioned;

    /** Acknowledged versions, oldest first; in a bucket without versioning at most one, called {@link #NULL}. */
    final Map<String, Content> versions = new LinkedHashMap<>();

    @Nullable
    Doubt doubt;

    KeyJournal(String bucket, String key, boolean versioned) {
        this.bucket = bucket;
        this.key = key;
        this.versioned = versioned;
    }

    /** What a read must give, or null where a read must find nothing. */
    @Nullable
    Content current() {
        Content last = null;
        for (Content content : versions.values()) {
            last = content;
        }
        return last == null || last.isMarker() ? null : last;
    }

    void acknowledgePut(String versionId, Content content) {
        if (!versioned) {
            versions.clear();
        }
        versions.put(versioned ? versionId : NULL, content);
        doubt = null;
    }

    void acknowledgeDelete(String markerId) {
        if (versioned) {
            versions.put(markerId, Content.MARKER);
        } else {
            versions.clear();
        }
        doubt = null;
    }

    void acknowledgeDeleteVersion(String id) {
        versions.remove(id);
        doubt = null;
    }

    @Override
    public String toString() {
        return bucket + "/" + key + " acknowledged=" + versions + " doubt=" + doubt;
    }
}
