package dev.skerry.s3.form;

import dev.skerry.s3.auth.ScriptedSource;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Forms for tests. */
public final class Forms {
    public static final String BOUNDARY = "9431149156168";
    public static final String CONTENT_TYPE = "multipart/form-data; boundary=" + BOUNDARY;

    private Forms() {}

    /** The body of a form: names and values in turns, then a file. */
    static byte[] body(String fileName, byte[] file, String... fields) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int i = 0; i < fields.length; i += 2) {
            body.writeBytes(bytes("--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"" + fields[i]
                    + "\"\r\n\r\n" + fields[i + 1] + "\r\n"));
        }
        body.writeBytes(bytes("--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\""
                + fileName + "\"\r\nContent-Type: text/plain\r\n\r\n"));
        body.writeBytes(file);
        body.writeBytes(bytes("\r\n--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"submit\"\r\n\r\nUpload"
                + "\r\n--" + BOUNDARY + "--\r\n"));
        return body.toByteArray();
    }

    /** A form with these fields and a small file. */
    public static PostForm form(String... fields) {
        return PostForm.read(ScriptedSource.whole(body("MyPicture.jpg", bytes("hello"), fields)), CONTENT_TYPE);
    }

    /** A policy as a form carries it. */
    public static String base64(String policy) {
        return Base64.getEncoder().encodeToString(bytes(policy));
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
