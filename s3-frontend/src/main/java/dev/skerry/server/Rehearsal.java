package dev.skerry.server;

import dev.skerry.config.HostPort;
import dev.skerry.config.Settings;
import dev.skerry.config.SettingsReader;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A server that is started, asked a few things and stopped, so that the JVM can record which classes that takes and
 * have them ready at the next start.
 */
public final class Rehearsal {
    private static final String BUCKET = "rehearsal";
    private static final int READ_TIMEOUT_MS = 20_000;

    private Rehearsal() {}

    /** Runs one on a data folder that may be thrown away. */
    public static void run(Path data, String version) {
        Settings settings = SettingsReader.read(
                        null,
                        Map.of(),
                        Map.of(
                                "data", data.toString(),
                                "listen", "127.0.0.1:0",
                                "native_listen", "127.0.0.1:0",
                                "s3.anonymous", "write",
                                "buckets", BUCKET))
                .settings();
        Logs.configure(settings.log());
        try (Assembly assembly = Assembly.start(settings, version)) {
            HostPort s3 = assembly.s3Address();
            List<String> lines = List.of(
                    "GET /_/health/ready",
                    "PUT /" + BUCKET + "/small",
                    "GET /" + BUCKET + "/small",
                    "HEAD /" + BUCKET + "/small",
                    "GET /" + BUCKET + "?list-type=2",
                    "DELETE /" + BUCKET + "/small",
                    "GET /_/metrics");
            lines.forEach(line -> ask(s3, line));
            assembly.nativeAddress().ifPresent(address -> ask(address, "GET /health"));
        }
    }

    /** What is answered does not matter: it was answered. */
    private static void ask(HostPort address, String requestLine) {
        String body = requestLine.startsWith("PUT") ? "x".repeat(64) : "";
        String request = requestLine + " HTTP/1.1\r\nHost: " + address + "\r\nContent-Length: " + body.length()
                + "\r\nConnection: close\r\n\r\n" + body;
        try (Socket socket = new Socket(address.host(), address.port())) {
            socket.setSoTimeout(READ_TIMEOUT_MS);
            OutputStream out = socket.getOutputStream();
            out.write(request.getBytes(StandardCharsets.US_ASCII));
            out.flush();
            BufferedReader answer =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            String status = answer.readLine();
            if (status == null) {
                throw new IllegalStateException(requestLine + ": no answer");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(requestLine, e);
        }
    }
}
