package dev.skerry.s3.operation;

import static dev.skerry.s3.operation.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.http.S3Operation;
import dev.skerry.s3.http.S3Response;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CopyOperationsTest extends OperationsTest {
    private static final String SOURCE = "bucket/source";

    @BeforeEach
    void aSource() {
        createBucket();
        call(
                S3Operation.PUT_OBJECT,
                FakeRequest.of(BUCKET, "source")
                        .with("content-type", "text/plain")
                        .with("x-amz-meta-colour", "red")
                        .with("x-amz-tagging", "a=b")
                        .with("x-amz-storage-class", "STANDARD_IA")
                        .body("text"));
    }

    private static FakeRequest copy(String key) {
        return FakeRequest.of(BUCKET, key).with("x-amz-copy-source", SOURCE);
    }

    @Test
    void aCopyHasWhatTheSourceHas() {
        xml(S3Operation.COPY_OBJECT, copy("copy"));
        S3Response read = call(S3Operation.GET_OBJECT, FakeRequest.of(BUCKET, "copy"));
        assertThat(read.headers())
                .containsEntry("Content-Type", "text/plain")
                .containsEntry("x-amz-meta-colour", "red")
                .containsEntry("x-amz-tagging-count", "1")
                .doesNotContainKey("x-amz-storage-class");
        assertThat(body(read)).isEqualTo("text");
    }

    @Test
    void metadataAndTagsMayBeReplaced() {
        xml(
                S3Operation.COPY_OBJECT,
                copy("copy")
                        .with("x-amz-metadata-directive", "REPLACE")
                        .with("x-amz-tagging-directive", "REPLACE")
                        .with("x-amz-meta-shape", "round"));
        assertThat(call(S3Operation.HEAD_OBJECT, FakeRequest.of(BUCKET, "copy")).headers())
                .containsEntry("Content-Type", "binary/octet-stream")
                .containsEntry("x-amz-meta-shape", "round")
                .doesNotContainKey("x-amz-meta-colour")
                .doesNotContainKey("x-amz-tagging-count");
        assertRefused(
                S3ErrorCode.INVALID_ARGUMENT,
                () -> call(S3Operation.COPY_OBJECT, copy("copy").with("x-amz-metadata-directive", "MIX")));
    }

    @Test
    void anObjectIsNotCopiedOntoItselfForNothing() {
        assertRefused(
                S3ErrorCode.INVALID_REQUEST,
                () -> call(S3Operation.COPY_OBJECT, copy("source").with("x-amz-storage-class", "STANDARD_IA")));
        xml(S3Operation.COPY_OBJECT, copy("source").with("x-amz-metadata-directive", "REPLACE"));
        xml(S3Operation.COPY_OBJECT, copy("source").with("x-amz-storage-class", "GLACIER"));
        assertThat(get("source")).isEqualTo("text");
    }

    @Test
    void theSourceMustBeWhatTheCallerTakesItFor() {
        assertRefused(
                S3ErrorCode.NO_SUCH_KEY,
                () -> call(
                        S3Operation.COPY_OBJECT,
                        FakeRequest.of(BUCKET, "copy").with("x-amz-copy-source", "bucket/absent")));
        assertRefused(
                S3ErrorCode.NO_SUCH_BUCKET,
                () -> call(
                        S3Operation.COPY_OBJECT,
                        FakeRequest.of(BUCKET, "copy").with("x-amz-copy-source", "absent/key")));
        assertRefused(
                S3ErrorCode.ACCESS_DENIED,
                () -> call(S3Operation.COPY_OBJECT, copy("copy").with("x-amz-source-expected-bucket-owner", "bob-id")));
    }

    @Test
    void conditionsOnTheSourceAreHeld() {
        assertRefused(
                S3ErrorCode.PRECONDITION_FAILED,
                () -> call(S3Operation.COPY_OBJECT, copy("copy").with("x-amz-copy-source-if-match", "other")));
        assertRefused(
                S3ErrorCode.PRECONDITION_FAILED,
                () -> call(S3Operation.COPY_OBJECT, copy("copy").with("x-amz-copy-source-if-none-match", "*")));
    }

    @Test
    void aSourceFoundDamagedOnTheWayLeavesNothing() throws IOException {
        call(S3Operation.PUT_OBJECT, FakeRequest.of(BUCKET, "source").body("x".repeat(400_000)));
        Path file = files().getFirst();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {'y'}), 300_000);
        }
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> call(S3Operation.COPY_OBJECT, copy("copy")))
                .extracting(StoreException::failure)
                .isInstanceOf(StoreFailure.Corrupt.class);
        assertThat(files()).containsExactly(file);
        assertRefused(S3ErrorCode.NO_SUCH_KEY, () -> call(S3Operation.HEAD_OBJECT, FakeRequest.of(BUCKET, "copy")));
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            return paths.filter(Files::isRegularFile).toList();
        }
    }

    @Test
    void anOlderVersionIsBroughtBack() {
        setVersioning("Enabled");
        String first = String.valueOf(put("key", "one").get("x-amz-version-id"));
        put("key", "two");
        S3Response copied = call(
                S3Operation.COPY_OBJECT,
                FakeRequest.of(BUCKET, "key").with("x-amz-copy-source", "bucket/key?versionId=" + first));
        assertThat(copied.headers())
                .containsEntry("x-amz-copy-source-version-id", first)
                .containsKey("x-amz-version-id");
        assertThat(get("key")).isEqualTo("one");
        String marker = String.valueOf(call(S3Operation.DELETE_OBJECT, FakeRequest.of(BUCKET, "key"))
                .headers()
                .get("x-amz-version-id"));
        assertRefused(
                S3ErrorCode.INVALID_REQUEST,
                () -> call(
                        S3Operation.COPY_OBJECT,
                        FakeRequest.of(BUCKET, "x").with("x-amz-copy-source", "bucket/key?versionId=" + marker)));
    }
}
