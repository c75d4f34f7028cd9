package dev.skerry.compat.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/** An upload whose first part is written before the nodes change and the second after. */
record UploadUnderWay(String bucket, String id, String etag) {
    private static final String KEY = "upload";
    private static final int PART = 5 * 1024 * 1024;

    static UploadUnderWay begin(S3Client client, String bucket) {
        String id = client.createMultipartUpload(
                        request -> request.bucket(bucket).key(KEY))
                .uploadId();
        return new UploadUnderWay(bucket, id, part(client, bucket, id, 1));
    }

    private static String part(S3Client client, String bucket, String id, int number) {
        return client.uploadPart(
                        request -> request.bucket(bucket).key(KEY).uploadId(id).partNumber(number),
                        RequestBody.fromBytes(bytes(number)))
                .eTag();
    }

    private static byte[] bytes(int number) {
        byte[] bytes = new byte[PART];
        new Random(number).nextBytes(bytes);
        return bytes;
    }

    void end(S3Client client) {
        String second = part(client, bucket, id, 2);
        client.completeMultipartUpload(request -> request.bucket(bucket)
                .key(KEY)
                .uploadId(id)
                .multipartUpload(upload -> upload.parts(
                        CompletedPart.builder().partNumber(1).eTag(etag).build(),
                        CompletedPart.builder().partNumber(2).eTag(second).build())));
        assertThat(client.getObjectAsBytes(request -> request.bucket(bucket).key(KEY))
                        .asByteArray())
                .hasSize(2 * PART)
                .startsWith(bytes(1));
    }
}
