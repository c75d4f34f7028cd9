package dev.skerry.s3.operation;

import dev.skerry.blob.catalog.Bucket.ConfigurationKind;
import dev.skerry.blob.lifecycle.LifecycleConfiguration;
import dev.skerry.blob.lifecycle.StorageClasses;
import dev.skerry.blob.lifecycle.TransitionMinimum;
import dev.skerry.blob.store.Buckets;
import dev.skerry.s3.Compatibility;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import dev.skerry.s3.http.S3Request;
import dev.skerry.s3.http.S3Response;
import dev.skerry.s3.lifecycle.KeptLifecycle;
import dev.skerry.s3.lifecycle.LifecycleChecks;
import dev.skerry.s3.lifecycle.LifecycleXml;
import dev.skerry.s3.xml.XmlElement;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * GetBucketLifecycleConfiguration, PutBucketLifecycleConfiguration, DeleteBucketLifecycle, and the older two of the
 * same shape.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html">
 *     PutBucketLifecycleConfiguration</a>
 */
final class BucketLifecycle {
    private static final String MINIMUM_HEADER = "x-amz-transition-default-minimum-object-size";
    private static final String ID = "ID";
    private static final int MAX_DOCUMENT_BYTES = 2 * 1024 * 1024;

    private final Buckets buckets;
    private final Named named;
    private final StorageClasses classes;
    private final Compatibility compatibility;

    BucketLifecycle(Buckets buckets, Named named, S3Operations.Settings settings) {
        this.buckets = buckets;
        this.named = named;
        this.classes = settings.storageClasses();
        this.compatibility = settings.compatibility();
    }

    /** GetBucketLifecycleConfiguration. */
    S3Response get(S3Request request) {
        String kept = named.bucket(request).configuration().get(ConfigurationKind.LIFECYCLE);
        if (kept == null) {
            throw new S3Exception(
                    S3ErrorCode.NO_SUCH_LIFECYCLE_CONFIGURATION,
                    S3ErrorCode.NO_SUCH_LIFECYCLE_CONFIGURATION.message(),
                    Map.of("BucketName", Named.name(request)));
        }
        KeptLifecycle lifecycle = KeptLifecycle.parse(kept);
        return new S3Response.Xml(200, headers(lifecycle.minimum()), lifecycle.document());
    }

    /** PutBucketLifecycleConfiguration: replaces all rules there were. */
    S3Response put(S3Request request) {
        XmlElement document = Documents.read(request, KeptLifecycle.ROOT, MAX_DOCUMENT_BYTES);
        TransitionMinimum minimum = minimum(request);
        LifecycleConfiguration configuration = LifecycleXml.read(document, minimum);
        LifecycleChecks.require(document, configuration, classes, compatibility);
        buckets.configure(
                Named.name(request), ConfigurationKind.LIFECYCLE, new KeptLifecycle(minimum, withIds(document)).text());
        return new S3Response.Empty(200, headers(minimum));
    }

    /** DeleteBucketLifecycle. */
    S3Response delete(S3Request request) {
        buckets.configure(Named.name(request), ConfigurationKind.LIFECYCLE, null);
        return S3Response.noContent();
    }

    private TransitionMinimum minimum(S3Request request) {
        Optional<String> name = request.header(MINIMUM_HEADER);
        if (name.isEmpty()) {
            return compatibility.transitionMinimum();
        }
        return KeptLifecycle.minimumOf(name.get())
                .orElseThrow(() -> new S3Exception(
                        S3ErrorCode.INVALID_REQUEST, "Invalid TransitionDefaultMinimumObjectSize found"));
    }

    private static Map<String, String> headers(TransitionMinimum minimum) {
        return KeptLifecycle.nameOf(minimum)
                .map(name -> Map.of(MINIMUM_HEADER, name))
                .orElse(Map.of());
    }

    /** The document with an id for every rule that came without: the same each time it is put. */
    private static XmlElement withIds(XmlElement document) {
        XmlElement whole = new XmlElement(KeptLifecycle.ROOT);
        int number = 0;
        for (XmlElement rule : document.children()) {
            number++;
            XmlElement copy = whole.child(rule.name());
            String id = rule.textOf(ID).orElse("");
            copy.add(ID, id.isEmpty() ? madeId(number, rule) : id);
            rule.children().stream().filter(child -> !child.name().equals(ID)).forEach(copy::add);
        }
        return whole;
    }

    private static String madeId(int number, XmlElement rule) {
        String text = number + " " + Documents.write(rule);
        return UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8)).toString();
    }
}
