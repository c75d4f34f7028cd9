package dev.skerry.compat.wire;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One connection on which bytes are sent and answers are read. */
public final class Wire implements AutoCloseable {
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(40);
    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] (\\d{3})");
    private static final int MAX_LINE = 65_536;

    private final Socket socket;
    private final InputStream in;

    public Wire(URI server) throws IOException {
        socket = new Socket(server.getHost(), server.getPort());
        socket.setSoTimeout((int) ANSWER_WITHIN.toMillis());
        in = new BufferedInputStream(socket.getInputStream(), 65_536);
    }

    /** Sends the request on a connection of its own and reads the answer. */
    public static WireResponse exchange(URI server, WireRequest request) throws IOException {
        try (Wire wire = new Wire(server)) {
            try {
                wire.send(request.toBytes());
            } catch (IOException refused) {
                // the server may answer and close before it has read everything; the answer counts
                return wire.receive(request.method());
            }
            return wire.receive(request.method());
        }
    }

    public void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    /** Says that no more bytes come, and still reads. */
    public void endOutput() throws IOException {
        socket.shutdownOutput();
    }

    /**
     * Reads one answer; interim answers are passed over.
     *
     * @throws java.net.SocketTimeoutException if the server keeps silent
     * @throws EOFException if the server closes the connection without an answer
     */
    public WireResponse receive(String method) throws IOException {
        while (true) {
            Matcher status = STATUS_LINE.matcher(line());
            if (!status.lookingAt()) {
                throw new IOException("not a status line: " + status);
            }
            int code = Integer.parseInt(status.group(1));
            Map<String, List<String>> headers = headers();
            if (code >= 200) {
                return new WireResponse(code, headers, hasBody(method, code) ? body(headers) : new byte[0]);
            }
        }
    }

    private Map<String, List<String>> headers() throws IOException {
        Map<String, List<String>> headers = new HashMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            if (colon < 1) {
                throw new IOException("not a header: " + line);
            }
            headers.computeIfAbsent(line.substring(0, colon).toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
                    .add(line.substring(colon + 1).strip());
        }
        return headers;
    }

    private static boolean hasBody(String method, int code) {
        return !method.equals("HEAD") && code != 204 && code != 304;
    }

    private byte[] body(Map<String, List<String>> headers) throws IOException {
        if (headers.containsKey("content-length")) {
            int length = Integer.parseInt(headers.get("content-length").getFirst());
            byte[] body = in.readNBytes(length);
            if (body.length != length) {
                throw new EOFException("body ended after " + body.length + " of " + length + " bytes");
            }
            return body;
        }
        if (!headers.containsKey("transfer-encoding")) {
            return in.readAllBytes();
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            int length = Integer.parseInt(line().split(";", 2)[0].strip(), 16);
            byte[] chunk = in.readNBytes(length);
            if (chunk.length != length) {
                throw new EOFException("chunk ended after " + chunk.length + " of " + length + " bytes");
            }
            body.write(chunk);
            String end = line();
            if (length == 0) {
                while (!end.isEmpty()) {
                    end = line();
                }
                return body.toByteArray();
            }
        }
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (line.size() < MAX_LINE) {
            int b = in.read();
            if (b < 0) {
                throw new EOFException("the server closed the connection" + (line.size() > 0 ? " within " + line : ""));
            }
            if (b == '\n') {
                String text = line.toString(StandardCharsets.ISO_8859_1);
                return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
            }
            line.write(b);
        }
        throw new IOException("line longer than " + MAX_LINE);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
