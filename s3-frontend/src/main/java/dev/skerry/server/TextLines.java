package dev.skerry.server;

import ch.qos.logback.classic.spi.ILoggingEvent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Log lines for people: time, level, logger, message with its trailing {@code key=value} pairs, request id. */
final class TextLines extends EventEncoder {
    @Override
    public byte[] encode(ILoggingEvent event) {
        StringBuilder line = new StringBuilder(160);
        line.append(Instant.ofEpochMilli(event.getTimeStamp()).truncatedTo(ChronoUnit.MILLIS))
                .append(' ')
                .append(event.getLevel())
                .append(' ')
                .append(shortName(event.getLoggerName()))
                .append(": ")
                .append(oneLine(event.getFormattedMessage()));
        event.getMDCPropertyMap()
                .forEach(
                        (key, value) -> line.append(' ').append(key).append('=').append(oneLine(value)));
        line.append('\n');
        if (event.getThrowableProxy() != null) {
            line.append(stackTrace(event));
        }
        return line.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String shortName(String logger) {
        return logger.substring(logger.lastIndexOf('.') + 1);
    }

    /** What a client sent must not be able to begin a line of its own. */
    private static String oneLine(String text) {
        return text.indexOf('\n') < 0 && text.indexOf('\r') < 0
                ? text
                : text.replace("\r", "\\r").replace("\n", "\\n");
    }

    /** The message and nothing else. */
    static final class Bare extends EventEncoder {
        @Override
        public byte[] encode(ILoggingEvent event) {
            return (oneLine(event.getFormattedMessage()) + "\n").getBytes(StandardCharsets.UTF_8);
        }
    }
}
