package dev.skerry.s3.operation;

import dev.skerry.blob.catalog.Bucket;
import dev.skerry.s3.access.BucketAccessReader;
import dev.skerry.s3.auth.Identity;
import dev.skerry.s3.xml.XmlElement;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Owners as documents show them: canonical id and display name. */
final class Owners {
    private final Function<String, String> displayNames;
    private final BucketAccessReader buckets;
    private final UnaryOperator<String> owning;

    /** With a display name for every canonical id, empty for one that nobody has. */
    Owners(Function<String, String> displayNames, BucketAccessReader buckets) {
        this(displayNames, buckets, UnaryOperator.identity());
    }

    private Owners(Function<String, String> displayNames, BucketAccessReader buckets, UnaryOperator<String> owning) {
        this.displayNames = displayNames;
        this.buckets = buckets;
        this.owning = owning;
    }

    /** The same for what is in a bucket: where its owner is enforced, everything there is the owner's. */
    Owners in(Bucket bucket) {
        return buckets.of(bucket).ownership().listsCount()
                ? this
                : new Owners(displayNames, buckets, _ -> bucket.ownerId());
    }

    /** {@code Owner}, of what was written for that canonical id. */
    XmlElement owner(String canonicalId) {
        return named("Owner", owning.apply(canonicalId));
    }

    /** {@code Initiator}. */
    XmlElement initiator(String canonicalId) {
        return named("Initiator", canonicalId);
    }

    /** The display name of a canonical id; empty where nobody has it. */
    String displayName(String canonicalId) {
        return displayNames.apply(canonicalId);
    }

    /** {@code Owner} of whoever asks. */
    static XmlElement caller(Identity identity) {
        return new XmlElement("Owner").add("ID", identity.canonicalId()).add("DisplayName", identity.displayName());
    }

    private XmlElement named(String element, String canonicalId) {
        return new XmlElement(element).add("ID", canonicalId).add("DisplayName", displayNames.apply(canonicalId));
    }
}
