package dev.skerry.compat.sdk;

import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;

/** What the synchronous and the asynchronous clients have in common. */
interface ObjectClient extends AutoCloseable {
    /** How long an asynchronous call may take before it counts as lost. */
    long PATIENCE_SECONDS = 120;

    PutObjectResponse put(PutObjectRequest request, byte[] body);

    ResponseBytes<GetObjectResponse> get(GetObjectRequest request);

    @Override
    void close();

    static ObjectClient of(S3Client client) {
        return new ObjectClient() {
            @Override
            public PutObjectResponse put(PutObjectRequest request, byte[] body) {
                return client.putObject(request, RequestBody.fromBytes(body));
            }

            @Override
            public ResponseBytes<GetObjectResponse> get(GetObjectRequest request) {
                return client.getObjectAsBytes(request);
            }

            @Override
            public void close() {
                client.close();
            }
        };
    }

    static ObjectClient of(S3AsyncClient client) {
        return new ObjectClient() {
            @Override
            public PutObjectResponse put(PutObjectRequest request, byte[] body) {
                return client.putObject(request, AsyncRequestBody.fromBytes(body))
                        .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                        .join();
            }

            @Override
            public ResponseBytes<GetObjectResponse> get(GetObjectRequest request) {
                return client.getObject(request, AsyncResponseTransformer.toBytes())
                        .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                        .join();
            }

            @Override
            public void close() {
                client.close();
            }
        };
    }
}
