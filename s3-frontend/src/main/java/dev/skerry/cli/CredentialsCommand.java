package dev.skerry.cli;

import dev.skerry.server.KeptCredentials;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code skerry credentials}. */
@Command(name = "credentials", description = "Shows the root identity that was generated at the first start.")
final class CredentialsCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private final SettingsOptions options = new SettingsOptions();

    @Option(names = "--export", description = "As lines for a shell: eval \"$(skerry credentials --export)\".")
    private boolean export;

    @Override
    public void run() {
        KeptCredentials.Shown shown = KeptCredentials.show(options.load().settings());
        PrintWriter out = spec.commandLine().getOut();
        if (export) {
            out.println("export AWS_ACCESS_KEY_ID=" + shellQuoted(shown.accessKey()));
            out.println("export AWS_SECRET_ACCESS_KEY=" + shellQuoted(shown.secretKey()));
        } else {
            out.println("access key  " + shown.accessKey());
            out.println("secret key  " + shown.secretKey());
        }
    }

    private static String shellQuoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
