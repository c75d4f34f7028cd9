package dev.skerry.compat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A command-line client. Debian's own comes before whatever else the machine has under its name; where there is none,
 * the test fails and says what to install.
 */
final class Tool {
    private static final Duration WITHIN = Duration.ofMinutes(5);

    private final Path program;
    private final Path folder;
    private final Map<String, String> environment = new HashMap<>();

    /** What a command did. */
    record Outcome(int exit, String output, String errors) {
        /** Its output, if it went well. */
        String succeeded() {
            assertThat(exit).as("%s\n%s", output, errors).isZero();
            return output;
        }

        /** Both outputs, if it went wrong. */
        String failed() {
            assertThat(exit).as("should have failed: %s", output).isNotZero();
            return output + errors;
        }
    }

    /**
     * The tool, which keeps its settings in {@code folder} and sees none of the machine's.
     *
     * @param name of the program
     * @param debianPackage that has it
     */
    Tool(String name, String debianPackage, Path folder) {
        this.folder = folder;
        program = Stream.concat(
                        Stream.of("/usr/bin", "/usr/local/bin"),
                        Stream.of(System.getenv().getOrDefault("PATH", "").split(":")))
                .map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new AssertionError(
                        name + " is not on this machine; install it with: apt-get install -y " + debianPackage));
    }

    /** With the root identity in the variables that the AWS tools and restic read. */
    Tool withAwsCredentials() {
        return with("AWS_ACCESS_KEY_ID", SkerryServer.ACCESS_KEY)
                .with("AWS_SECRET_ACCESS_KEY", SkerryServer.SECRET_KEY)
                .with("AWS_DEFAULT_REGION", "us-east-1")
                .with("AWS_EC2_METADATA_DISABLED", "true")
                .with("AWS_MAX_ATTEMPTS", WithServer.hasSeveralNodes() ? "3" : "1");
    }

    Tool with(String name, String value) {
        environment.put(name, value);
        return this;
    }

    Outcome run(Object... arguments) {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        return run(new ProcessBuilder(command));
    }

    /** Runs a shell command in which {@code $TOOL} is this tool. */
    Outcome shell(String script) {
        ProcessBuilder builder = new ProcessBuilder("/bin/bash", "-o", "pipefail", "-c", script);
        builder.environment().put("TOOL", program.toString());
        return run(builder);
    }

    private Outcome run(ProcessBuilder builder) {
        try {
            Path output = Files.createTempFile(folder, "run", ".out");
            Path errors = Files.createTempFile(folder, "run", ".err");
            Map<String, String> variables = builder.environment();
            variables
                    .keySet()
                    .removeIf(name -> name.startsWith("AWS_")
                            || name.toLowerCase(java.util.Locale.ROOT).endsWith("_proxy"));
            variables.putAll(environment);
            variables.put("HOME", folder.toString());
            variables.put("LC_ALL", "C.UTF-8");
            Process process = builder.directory(folder.toFile())
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectOutput(output.toFile())
                    .redirectError(errors.toFile())
                    .start();
            if (!process.waitFor(WITHIN.toSeconds(), TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                throw new AssertionError(builder.command() + " did not end within " + WITHIN + "\n" + text(errors));
            }
            return new Outcome(process.exitValue(), text(output), text(errors));
        } catch (IOException e) {
            throw new AssertionError(builder.command().toString(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }
}
