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
 * What S3 answers to those who ask for bucket configuration that nobody has set: GetBucketReplication,
 * GetBucketAccelerateConfiguration and their like. SDKs and Terraform ask for all of them before they touch a bucket.
 */
final class UnsetConfigurations {
    private static final int MAX_DOCUMENT_BYTES = 64 * 1024;

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

    /** PutBucketRequestPayment: that the owner pays is so anyway; nobody is billed, so requesters cannot be. */
    S3Handler payment() {
        return accepted("RequestPaymentConfiguration", "Payer", "BucketOwner", "Requester");
    }

    /** PutBucketAccelerateConfiguration: there is nothing to accelerate by. */
    S3Handler acceleration() {
        return accepted("AccelerateConfiguration", "Status", "Suspended", "Enabled");
    }

    /** Takes the document that asks for what is so anyway, and refuses the one that asks for what is not there. */
    private S3Handler accepted(String root, String child, String holds, String absent) {
        return request -> {
            named.bucket(request);
            String asked = Documents.required(Documents.read(request, root, MAX_DOCUMENT_BYTES), child);
            if (asked.equals(absent)) {
                throw new S3Exception(
                        S3ErrorCode.NOT_IMPLEMENTED, root + " with " + child + " " + absent + " is not implemented");
            }
            if (!asked.equals(holds)) {
                throw new S3Exception(S3ErrorCode.MALFORMED_XML);
            }
            return S3Response.ok();
        };
    }

    /** GetBucketAbac: tags of buckets decide about nothing. */
    S3Handler noAbac() {
        return document(() -> new XmlElement("AbacStatus").add("Status", "Disabled"));
    }

    /** The removal of what is not there, where S3 does not mind. */
    S3Handler removed() {
        return request -> {
            named.bucket(request);
            return S3Response.noContent();
        };
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
