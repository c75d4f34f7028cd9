package dev.skerry.server;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.spi.ContextAwareBase;
import ch.qos.logback.core.util.FileSize;
import dev.skerry.blob.part.OwnerOnly;
import dev.skerry.config.Settings.LogFormat;
import dev.skerry.config.Settings.LogLevel;
import dev.skerry.http.AccessLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.LoggerFactory;

/**
 * Sets Logback up in code, which saves parsing XML at every start. Logback finds this class as a service and lets it
 * set what holds until the configuration is read: warnings on standard error, as text. The log goes to standard error,
 * the access log to where it is told, so that the two can be taken apart.
 */
public final class Logs extends ContextAwareBase implements Configurator {
    private static final String ACCESS_FILE_SIZE = "64mb";
    private static final int ACCESS_FILES = 5;

    /** For Logback. */
    public Logs() {}

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        root(context, LogLevel.WARN, LogFormat.TEXT);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /** Sets up what the configuration asks for. */
    public static void configure(dev.skerry.config.Settings.Log settings) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        root(context, settings.level(), settings.format());
        access(context, settings);
    }

    private static void root(LoggerContext context, LogLevel level, LogFormat format) {
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setTarget("System.err");
        start(context, appender, "log", encoder(context, format));
        Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.toLevel(level.name()));
        root.addAppender(appender);
        // jOOQ and Netty say a great deal below INFO that is of no use to anybody here
        context.getLogger("org.jooq").setLevel(Level.WARN);
        context.getLogger("io.netty").setLevel(Level.WARN);
        context.getLogger("org.apache.ratis").setLevel(Level.WARN);
        // it warns of each connection that ends after it became a WebSocket
        context.getLogger("io.vertx.core.http.impl.HttpClientConnection").setLevel(Level.ERROR);
        // what it warns of, of nodes that do not answer, the registry's own words say once
        context.getLogger("io.scalecube").setLevel(Level.ERROR);
        // failures that come when nobody waits for them any more
        context.getLogger("reactor.core.publisher.Operators").setLevel(Level.OFF);
        context.getLogger("reactor").setLevel(Level.WARN);
    }

    private static void access(LoggerContext context, dev.skerry.config.Settings.Log settings) {
        Logger logger = context.getLogger(AccessLog.LOGGER_NAME);
        logger.setAdditive(false);
        if (settings.access().equals("off")) {
            logger.setLevel(Level.OFF);
            return;
        }
        Encoder<ILoggingEvent> encoder =
                settings.format() == LogFormat.JSON ? encoder(context, LogFormat.JSON) : new TextLines.Bare();
        OutputStreamAppender<ILoggingEvent> appender =
                settings.access().equals("stdout") ? new ConsoleAppender<>() : file(context, settings.access());
        start(context, appender, "access", encoder);
        logger.setLevel(Level.INFO);
        logger.addAppender(appender);
    }

    private static RollingFileAppender<ILoggingEvent> file(LoggerContext context, String file) {
        RollingFileAppender<ILoggingEvent> appender = new PrivateFileAppender();
        appender.setContext(context);
        appender.setFile(file);
        FixedWindowRollingPolicy rolling = new FixedWindowRollingPolicy();
        rolling.setContext(context);
        rolling.setParent(appender);
        rolling.setFileNamePattern(file + ".%i");
        rolling.setMinIndex(1);
        rolling.setMaxIndex(ACCESS_FILES);
        rolling.start();
        SizeBasedTriggeringPolicy<ILoggingEvent> trigger = new SizeBasedTriggeringPolicy<>();
        trigger.setContext(context);
        trigger.setMaxFileSize(FileSize.valueOf(ACCESS_FILE_SIZE));
        trigger.start();
        appender.setRollingPolicy(rolling);
        appender.setTriggeringPolicy(trigger);
        return appender;
    }

    /** Paths and addresses of clients are nobody's but the owner's. */
    private static final class PrivateFileAppender extends RollingFileAppender<ILoggingEvent> {
        @Override
        public void openFile(String name) throws IOException {
            Path file = Path.of(name);
            if (!Files.exists(file)) {
                if (file.getParent() != null) {
                    Files.createDirectories(file.getParent());
                }
                Files.createFile(file, OwnerOnly.file(file));
            }
            super.openFile(name);
        }
    }

    private static Encoder<ILoggingEvent> encoder(LoggerContext context, LogFormat format) {
        Encoder<ILoggingEvent> encoder = switch (format) {
            case TEXT -> new TextLines();
            case JSON -> new JsonLines();
        };
        encoder.setContext(context);
        return encoder;
    }

    private static void start(
            LoggerContext context,
            OutputStreamAppender<ILoggingEvent> appender,
            String name,
            Encoder<ILoggingEvent> encoder) {
        encoder.setContext(context);
        encoder.start();
        appender.setContext(context);
        appender.setName(name);
        appender.setEncoder(encoder);
        appender.start();
    }
}
