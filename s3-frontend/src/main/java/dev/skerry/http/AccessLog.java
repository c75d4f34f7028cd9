package dev.skerry.http;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One line per request, by the logger {@value #LOGGER_NAME}; where the lines go is the logging configuration's. */
public final class AccessLog implements RequestListener {
    /** The name of the logger. */
    public static final String LOGGER_NAME = "dev.skerry.access";

    private static final Logger log = LoggerFactory.getLogger(LOGGER_NAME);

    @Override
    public void finished(RequestRecord request) {
        if (!log.isInfoEnabled()) {
            return;
        }
        log.info(
                "time={} remote={} identity={} surface={} operation={} method={} path={} status={} code={} bytes_in={}"
                        + " bytes_out={} duration_ms={} request_id={} user_agent={}",
                request.startedAt(),
                request.remoteAddress(),
                quoted(request.identity()),
                request.surface(),
                request.operation(),
                request.method(),
                quoted(request.rawPath()),
                request.status(),
                quoted(request.errorCode()),
                request.bytesIn(),
                request.bytesOut(),
                request.duration().toMillis(),
                request.requestId(),
                quoted(request.userAgent()));
    }

    /** What a client sent must not be able to end the line or the field. */
    private static String quoted(String text) {
        if (text.isEmpty()) {
            return "-";
        }
        StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ' || c >= 0x7F) {
                quoted.append(String.format("\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
