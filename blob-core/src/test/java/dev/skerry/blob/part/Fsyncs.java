package dev.skerry.blob.part;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;

/** The files and folders that are fsynced while something runs, as the JVM itself records it. */
public final class Fsyncs {
    private Fsyncs() {}

    /** Runs {@code work}; gives what was fsynced by any thread, in order. */
    public static List<Path> of(Runnable work) {
        try {
            Path file = Files.createTempFile("fsyncs", ".jfr");
            try (Recording recording = new Recording()) {
                recording.enable("jdk.FileForce").withoutThreshold();
                recording.start();
                work.run();
                recording.stop();
                recording.dump(file);
                return RecordingFile.readAllEvents(file).stream()
                        .map(event -> Path.of(event.getString("path")))
                        .toList();
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
