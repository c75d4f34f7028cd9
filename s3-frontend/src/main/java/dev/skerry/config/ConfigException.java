package dev.skerry.config;

import java.io.Serial;
import java.util.List;

/** The configuration cannot be used; one line for each thing that is wrong with it. */
public final class ConfigException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    /** With its lines. */
    public ConfigException(List<String> problems) {
        super(String.join("\n", problems));
    }

    /** With one line. */
    public ConfigException(String problem) {
        super(problem);
    }
}
