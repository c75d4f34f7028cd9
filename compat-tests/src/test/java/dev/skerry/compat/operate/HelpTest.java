package dev.skerry.compat.operate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Every command says how it is used, asked before or after its name. */
class HelpTest {
    @Test
    void everyCommandSaysHowItIsUsed() {
        for (String command : List.of("server", "credentials", "explain", "keys", "migrate", "config", "version")) {
            Command after = Command.run(command, "--help");
            assertThat(after.exit()).as(after.text()).isZero();
            assertThat(after.text()).startsWith("Usage: skerry " + command);
            assertThat(Command.run("help", command).text()).isEqualTo(after.text());
        }
    }
}
