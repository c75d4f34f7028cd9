package dev.skerry.s3.form;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.skerry.http.BodySource;
import dev.skerry.s3.auth.ScriptedSource;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class PostFormTest {
    private static byte[] drain(BodySource source) {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        for (ByteBuffer run = source.next(); run != null; run = source.next()) {
            byte[] bytes = new byte[run.remaining()];
            run.get(bytes);
            whole.writeBytes(bytes);
        }
        return whole.toByteArray();
    }

    private static PostForm read(byte[] body) {
        return PostForm.read(ScriptedSource.whole(body), Forms.CONTENT_TYPE);
    }

    private static PostForm read(String body) {
        return read(Forms.bytes(body));
    }

    private static void refused(S3ErrorCode code, ThrowingCallable call) {
        S3Exception refusal = catchThrowableOfType(S3Exception.class, call);
        assertThat(refusal).isNotNull();
        assertThat(refusal.code()).isEqualTo(code);
    }

    @Test
    void fieldsAndFileAreThoseSentHoweverTheBodyWasCut() {
        Random random = new Random(7);
        byte[] file = new byte[200_000];
        random.nextBytes(file);
        // what looks like a delimiter, almost
        byte[] almost = Forms.bytes("\r\n--" + Forms.BOUNDARY.substring(1) + "\r\n--9431149156\r\n--\r\n-");
        System.arraycopy(almost, 0, file, 65_500, almost.length);
        byte[] body = Forms.body("a.bin", file, "key", "user/${filename}", "Content-Type", "image/jpeg", "empty", "");
        for (int i = 0; i < 30; i++) {
            PostForm form = PostForm.read(ScriptedSource.cut(body, random), Forms.CONTENT_TYPE);
            assertThat(form.fields())
                    .containsEntry("key", "user/a.bin")
                    .containsEntry("content-type", "image/jpeg")
                    .containsEntry("empty", "")
                    .doesNotContainKey("submit");
            assertThat(drain(form.file(SizeRange.ANY))).isEqualTo(file);
        }
    }

    @Test
    void whatComesBeforeTheFirstDelimiterAndBehindTheLastIsIgnored() {
        PostForm form = read("a preamble\r\n--" + Forms.BOUNDARY
                + "  \r\ncontent-disposition: form-data; name=\"key\"\r\n\r\nk\r\n--" + Forms.BOUNDARY
                + "\r\nContent-Disposition: form-data; name=file\r\n\r\nx\r\n--" + Forms.BOUNDARY + "--\r\nepilogue");
        assertThat(form.field("key")).hasValue("k");
        assertThat(drain(form.file(SizeRange.ANY))).isEqualTo(Forms.bytes("x"));
    }

    @Test
    void theNameOfTheFileIsWhatIsBehindItsLastSlash() {
        for (String[] row : new String[][] {
            {"file.txt", "file.txt"},
            {"C:\\Program Files\\directory1\\file.txt", "file.txt"},
            {"/home/me/file.txt", "file.txt"},
            {"", ""},
            {"a \\\"quoted\\\" name", "a \"quoted\" name"},
        }) {
            byte[] body = Forms.body(row[0], Forms.bytes("x"), "key", "${filename}", "x-amz-meta-a", "<${filename}>");
            assertThat(read(body).fields())
                    .containsEntry("key", row[1])
                    .containsEntry("x-amz-meta-a", "<" + row[1] + ">");
        }
        PostForm unnamed = read("--" + Forms.BOUNDARY + "\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\n"
                + "k-${filename}\r\n--" + Forms.BOUNDARY
                + "\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nx\r\n--" + Forms.BOUNDARY + "--");
        assertThat(unnamed.field("key")).hasValue("k-${filename}");
    }

    @Test
    void fieldsOfOneNameAreJoined() {
        assertThat(Forms.form("key", "k", "x-amz-meta-tag", "Ninja", "X-Amz-Meta-Tag", "Stallman")
                        .fields())
                .containsEntry("x-amz-meta-tag", "Ninja,Stallman");
    }

    @Test
    void aFormWithoutFileIsRefused() {
        refused(
                S3ErrorCode.INVALID_ARGUMENT,
                () -> read("--" + Forms.BOUNDARY + "\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\nk\r\n--"
                        + Forms.BOUNDARY + "--\r\n"));
    }

    @Test
    void whatIsNoFormIsRefused() {
        String field = "\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\nk\r\n--" + Forms.BOUNDARY;
        for (String body : new String[] {
            "",
            "hello",
            "--" + Forms.BOUNDARY,
            "--" + Forms.BOUNDARY + "\r\n",
            "--" + Forms.BOUNDARY + "\r\nContent-Disposition: form-data\r\n\r\nk\r\n--" + Forms.BOUNDARY + "--",
            "--" + Forms.BOUNDARY + "\r\nno header\r\n\r\nk\r\n--" + Forms.BOUNDARY + "--",
            "--" + Forms.BOUNDARY + "\r\n\r\nk\r\n--" + Forms.BOUNDARY + "--",
            "--" + Forms.BOUNDARY + "\r\nContent-Disposition: form-data; name=\"open\r\n\r\nk\r\n--" + Forms.BOUNDARY,
            "--" + Forms.BOUNDARY + field + "0\r\n",
        }) {
            refused(S3ErrorCode.MALFORMED_POST_REQUEST, () -> read(body));
        }
        refused(
                S3ErrorCode.MALFORMED_POST_REQUEST,
                () -> PostForm.read(ScriptedSource.whole(new byte[0]), "multipart/form-data"));
        refused(
                S3ErrorCode.MALFORMED_POST_REQUEST,
                () -> PostForm.read(ScriptedSource.whole(new byte[0]), "multipart/form-data; boundary=\"\""));
    }

    @Test
    void aFileThatEndsWithoutItsDelimiterIsRefused() {
        byte[] body = Forms.body("a", new byte[100_000], "key", "k");
        byte[] cut = java.util.Arrays.copyOf(body, 90_000);
        refused(S3ErrorCode.MALFORMED_POST_REQUEST, () -> drain(read(cut).file(SizeRange.ANY)));
    }

    /** Cut there, the file would be shorter than it was sent. */
    @Test
    void aDelimiterThatGoesOnIsRefused() {
        byte[] body = Forms.body("a", Forms.bytes("one\r\n--" + Forms.BOUNDARY + "x\r\ntwo"), "key", "k");
        refused(S3ErrorCode.MALFORMED_POST_REQUEST, () -> drain(read(body).file(SizeRange.ANY)));
    }

    @Test
    void fieldsAreBounded() {
        refused(
                S3ErrorCode.MAX_POST_PRE_DATA_LENGTH_EXCEEDED,
                () -> Forms.form("key", "k", "x-ignore-much", "x".repeat(20 * 1024)));
        refused(
                S3ErrorCode.MAX_POST_PRE_DATA_LENGTH_EXCEEDED,
                () -> read("--" + Forms.BOUNDARY + "\r\nX: " + "x".repeat(30 * 1024)));
        refused(
                S3ErrorCode.MAX_POST_PRE_DATA_LENGTH_EXCEEDED,
                () -> read(Forms.body("f".repeat(2000), new byte[0], "key", "${filename}".repeat(500))));
    }

    @Test
    void theSizeOfTheFileIsHeldToItsBounds() {
        byte[] body = Forms.body("a", Forms.bytes("hello"), "key", "k");
        assertThat(drain(read(body).file(new SizeRange(5, 5)))).hasSize(5);
        S3Exception large =
                catchThrowableOfType(S3Exception.class, () -> drain(read(body).file(new SizeRange(0, 4))));
        assertThat(large.code()).isEqualTo(S3ErrorCode.ENTITY_TOO_LARGE);
        assertThat(large.fields()).containsEntry("ProposedSize", "5").containsEntry("MaxSizeAllowed", "4");
        S3Exception small =
                catchThrowableOfType(S3Exception.class, () -> drain(read(body).file(new SizeRange(6, 9))));
        assertThat(small.code()).isEqualTo(S3ErrorCode.ENTITY_TOO_SMALL);
        assertThat(small.fields()).containsEntry("ProposedSize", "5").containsEntry("MinSizeAllowed", "6");
    }

    @Test
    void aFieldThatMustBeThereIsNamed() {
        S3Exception refusal = catchThrowableOfType(
                S3Exception.class, () -> Forms.form("acl", "private").required("key"));
        assertThat(refusal)
                .hasMessage("Bucket POST must contain a field named 'key'.  If it is specified, please check the order"
                        + " of the fields.");
        assertThat(refusal.fields()).containsEntry("ArgumentName", "key").containsEntry("ArgumentValue", "");
    }
}
