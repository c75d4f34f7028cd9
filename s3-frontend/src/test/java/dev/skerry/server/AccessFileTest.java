package dev.skerry.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.config.Settings.Log;
import dev.skerry.config.Settings.LogFormat;
import dev.skerry.config.Settings.LogLevel;
import dev.skerry.http.AccessLog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class AccessFileTest {
    @TempDir
    private Path folder;

    @AfterEach
    void logAsBefore() {
        Logs.configure(new Log(LogLevel.WARN, LogFormat.TEXT, "off"));
    }

    @Test
    void nobodyElseReadsTheAccessLog() throws Exception {
        Path file = folder.resolve("logs/access.log");
        Logs.configure(new Log(LogLevel.WARN, LogFormat.TEXT, file.toString()));
        LoggerFactory.getLogger(AccessLog.LOGGER_NAME).info("one line");
        assertThat(file).hasContent("one line");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }
}
