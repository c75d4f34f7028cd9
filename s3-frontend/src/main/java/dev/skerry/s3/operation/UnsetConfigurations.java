package dev.skerry.s3.operation;

import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import dev.skerry.s3.http.S3Handler;
import dev.skerry.s3.http.S3Request;
import dev.skerry.s3.http.S3Response;
import dev.skerry.s3.xml.XmlElement;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What S3 answers to those who ask for bucket configuration that nobody has set: GetBucketLifecycleConfiguration,
 * GetBucketWebsite and their like. SDKs and Terraform ask for all of them before they touch a bucket.
 */
final class UnsetConfigurations {
    private final Named named;

    UnsetConfigurations(Named named) {
        this.named = named;
    }

    /** Answers with the error that says there is none. */
    S3Handler absent(S3ErrorCode code) {
        return request -> {
            named.bucket(request);
            throw new S3Exception(code, code.message(), Map.of("BucketName", Named.name(request)));
        };
    }

    /** Answers with a document that says nothing. */
    S3Handler empty(String root) {
        return document(() -> new XmlElement(root));
    }

    /** GetBucketRequestPayment: the owner pays. */
    S3Handler ownerPays() {
        return document(() -> new XmlElement("RequestPaymentConfiguration").add("Payer", "BucketOwner"));
    }

    /** The lists of inventory, analytics, metrics and tiering configurations: empty. */
    S3Handler emptyList(String root) {
        return document(() -> new XmlElement(root).add("IsTruncated", false));
    }

    private S3Handler document(Supplier<XmlElement> document) {
        return request -> answer(request, document.get());
    }

    private S3Response answer(S3Request request, XmlElement document) {
        named.bucket(request);
        return S3Response.ok(document);
    }
}
