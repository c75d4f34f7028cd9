package dev.skerry.server;

import ch.qos.logback.classic.spi.ILoggingEvent;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Log lines for machines: one JSON object each, with the trailing {@code key={}} pairs of a message as fields of their
 * own.
 */
final class JsonLines extends EventEncoder {
    private static final Pattern FIELD = Pattern.compile("\\b([a-z][a-z0-9_]*)=\\{}");

    private final JsonFactory json = new JsonFactory();

    @Override
    public byte[] encode(ILoggingEvent event) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        try (JsonGenerator line = json.createGenerator(out)) {
            line.writeStartObject();
            line.writeStringField(
                    "timestamp", Instant.ofEpochMilli(event.getTimeStamp()).toString());
            line.writeStringField("level", event.getLevel().toString());
            line.writeStringField("logger", event.getLoggerName());
            line.writeStringField("thread", event.getThreadName());
            line.writeStringField("message", event.getFormattedMessage());
            for (Map.Entry<String, String> entry : event.getMDCPropertyMap().entrySet()) {
                line.writeStringField(entry.getKey(), entry.getValue());
            }
            writeFields(line, event);
            if (event.getThrowableProxy() != null) {
                line.writeStringField("exception", stackTrace(event));
            }
            line.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        out.write('\n');
        return out.toByteArray();
    }

    /** Pairs the {@code key={}} of the pattern with the arguments, as long as every place holder has a key. */
    private static void writeFields(JsonGenerator line, ILoggingEvent event) throws IOException {
        Object[] arguments = event.getArgumentArray();
        if (arguments == null || arguments.length == 0) {
            return;
        }
        String pattern = event.getMessage();
        Matcher matcher = FIELD.matcher(pattern);
        line.writeObjectFieldStart("fields");
        while (matcher.find()) {
            int index = placeholdersBefore(pattern, matcher.start());
            if (index >= arguments.length) {
                break;
            }
            switch (arguments[index]) {
                case Long number -> line.writeNumberField(matcher.group(1), number);
                case Integer number -> line.writeNumberField(matcher.group(1), number);
                case null -> line.writeNullField(matcher.group(1));
                default -> line.writeStringField(matcher.group(1), arguments[index].toString());
            }
        }
        line.writeEndObject();
    }

    private static int placeholdersBefore(String pattern, int end) {
        int count = 0;
        for (int at = pattern.indexOf("{}"); at >= 0 && at < end; at = pattern.indexOf("{}", at + 2)) {
            count++;
        }
        return count;
    }
}
