package dev.skerry.cli;

import dev.skerry.config.Settings;
import dev.skerry.keys.KeyRing;
import dev.skerry.keys.KeyRing.NamedKey;
import dev.skerry.server.KeyServices;
import java.io.PrintWriter;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.function.UnaryOperator;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code skerry keys}: the keys of the key ring. No secret is ever shown. */
@Command(
        name = "keys",
        description = "Shows and changes the keys of the key ring, encryption.key_ring.",
        subcommands = {
            KeysCommand.Show.class,
            KeysCommand.Create.class,
            KeysCommand.Rotate.class,
            KeysCommand.Disable.class,
            KeysCommand.Enable.class
        },
        footer = {
            "",
            "A running server takes changes up within seconds. Keep a copy of the file apart from the data: what was",
            "encrypted cannot be read without it. " + KeyRing.MASTER + " is the key where a request names none."
        })
final class KeysCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "no command (expected: list, create, rotate, disable or enable)");
    }

    /** What the commands share. */
    abstract static class OfRing implements Runnable {
        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private CommandSpec spec;

        @Mixin
        private final SettingsOptions options = new SettingsOptions();

        final Settings settings() {
            return options.load().settings();
        }

        final PrintWriter out() {
            return spec.commandLine().getOut();
        }
    }

    /** {@code skerry keys list}. */
    @Command(
            name = "list",
            description = "Shows every key: its versions, the age of the newest, whether it is enabled.")
    static final class Show extends OfRing {
        @Override
        public void run() {
            KeyRing ring = KeyServices.file(settings()).read();
            PrintWriter out = out();
            out.printf("%-32s %8s  %-24s %s%n", "KEY", "VERSIONS", "NEWEST FROM", "STATE");
            for (NamedKey key : ring.keys().values()) {
                out.printf(
                        "%-32s %8d  %-24s %s%n",
                        key.name(),
                        key.versions().size(),
                        key.newest().createdAt(),
                        key.enabled() ? "enabled" : "disabled");
            }
            out.flush();
        }
    }

    /** A command that changes one key. */
    abstract static class OfKey extends OfRing {
        @Parameters(index = "0", paramLabel = "NAME", description = "The key's name.")
        private String name = "";

        final String name() {
            return name;
        }

        final void change(UnaryOperator<KeyRing> change, String done) {
            KeyServices.file(settings()).change(change);
            out().println("key " + name + ": " + done);
            out().flush();
        }
    }

    /** {@code skerry keys create}. */
    @Command(name = "create", description = "Makes a key, and the key ring where there is none.")
    static final class Create extends OfKey {
        @Override
        public void run() {
            change(ring -> ring.withNew(name(), Clock.systemUTC().instant(), new SecureRandom()), "created");
        }
    }

    /** {@code skerry keys rotate}. */
    @Command(
            name = "rotate",
            description =
                    "Gives a key another version, which new objects are encrypted under; older ones stay readable.")
    static final class Rotate extends OfKey {
        @Override
        public void run() {
            change(ring -> ring.withRotated(name(), Clock.systemUTC().instant(), new SecureRandom()), "rotated");
        }
    }

    /** {@code skerry keys disable}. */
    @Command(name = "disable", description = "Forbids the use of a key: what is encrypted under it cannot be read.")
    static final class Disable extends OfKey {
        @Override
        public void run() {
            change(ring -> ring.withEnabled(name(), false), "disabled");
        }
    }

    /** {@code skerry keys enable}. */
    @Command(name = "enable", description = "Allows the use of a key that was disabled.")
    static final class Enable extends OfKey {
        @Override
        public void run() {
            change(ring -> ring.withEnabled(name(), true), "enabled");
        }
    }
}
