package dev.skerry.compat.operate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.server.ServerLab;
import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import dev.skerry.compat.wire.Wire;
import dev.skerry.compat.wire.WireRequest;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code skerry credentials}: the root identity that nobody set. */
@ExtendWith(WithServer.class)
class CredentialsTest {
    @Test
    void whatTheFirstStartMadeIsShownAgainAndOpensTheServer(ServerLab lab) {
        String data = lab.path("data").toString();
        List<Command> whileItRuns = new ArrayList<>();
        Command first = Command.serve(_ -> whileItRuns.add(Command.run("credentials", "--data", data)), "--data", data);
        assertThat(first.exit()).as(first.text()).isZero();
        String access = after(first, "root access key: ");
        String secret = after(first, "root secret key: ");

        Command shown = Command.run("credentials", "--data", data);
        assertThat(shown.exit()).as(shown.text()).isZero();
        assertThat(shown.lines()).containsExactly("access key  " + access, "secret key  " + secret);
        assertThat(whileItRuns).containsExactly(shown);

        Command exported = Command.run("credentials", "--export", "--data", data);
        assertThat(exported.exit()).as(exported.text()).isZero();
        assertThat(exported.lines())
                .containsExactly(
                        "export AWS_ACCESS_KEY_ID='" + access + "'", "export AWS_SECRET_ACCESS_KEY='" + secret + "'");

        Command second = Command.serve(
                s3 -> {
                    assertThat(status(s3, access, secret)).isEqualTo(200);
                    assertThat(status(s3, access, secret + "x")).isEqualTo(403);
                    assertThat(status(s3, SkerryServer.ACCESS_KEY, SkerryServer.SECRET_KEY))
                            .isEqualTo(403);
                },
                "--data",
                data);
        assertThat(second.exit()).as(second.text()).isZero();
        assertThat(second.text()).as("a later start prints no secret").doesNotContain(secret, access);
    }

    @Test
    void aFolderWithoutThemIsNamed(ServerLab lab) {
        String nothing = lab.path("nothing").toString();
        Command empty = Command.run("credentials", "--data", nothing);
        assertThat(empty.exit()).isEqualTo(1);
        assertThat(empty.text()).contains(nothing, "--data").doesNotContain("\tat ");
        assertThat(lab.path("nothing")).doesNotExist();

        SkerryServer withKeysSet = lab.server().start();
        Command none = Command.run("credentials", "--data", withKeysSet.data().toString());
        assertThat(none.exit()).isEqualTo(1);
        assertThat(none.text())
                .contains(withKeysSet.data().toString(), "SKERRY_ROOT_ACCESS_KEY")
                .doesNotContain(SkerryServer.SECRET_KEY, "\tat ");
    }

    private static String after(Command command, String label) {
        return command.lines().stream()
                .filter(line -> line.startsWith(label))
                .map(line -> line.substring(label.length()))
                .findFirst()
                .orElseThrow(() -> new AssertionError(command.text()));
    }

    private static int status(URI s3, String access, String secret) throws IOException {
        return Wire.exchange(
                        s3,
                        WireRequest.of("GET", s3, "/")
                                .credentials(access, secret)
                                .sign())
                .status();
    }
}
