package dev.skerry.compat.operate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.server.DataFolder;
import dev.skerry.compat.server.ServerLab;
import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import dev.skerry.compat.wire.Bytes;
import dev.skerry.compat.wire.Wire;
import dev.skerry.compat.wire.WireRequest;
import dev.skerry.compat.wire.WireResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** One server on two data folders. */
@ExtendWith(WithServer.class)
class DisksTest {
    private static final int OBJECTS = 40;

    @Test
    void objectsAreSpreadOverTwoDisksAndNeitherIsDoneWithout(ServerLab lab) throws IOException {
        Path one = lab.path("one");
        Path two = lab.path("two");
        assertThat(serve(DisksTest::write, one, two).exit()).isZero();
        assertThat(new DataFolder(one).parts()).isNotEmpty();
        assertThat(new DataFolder(two).parts()).isNotEmpty();
        assertThat(new DataFolder(one).parts().size()
                        + new DataFolder(two).parts().size())
                .isEqualTo(OBJECTS);
        assertThat(serve(DisksTest::read, one, two).exit()).as("a second start").isZero();

        refused("2 folders in the same order", one);
        refused("number 2 of 2", two, one);

        Path elsewhere = lab.path("elsewhere");
        Files.move(two, elsewhere);
        refused(two + ": has no node.json though others have one", one, two);
        Files.createDirectories(two);
        refused(two + ": has no node.json though others have one", one, two);
        try (Stream<Path> files = Files.list(two)) {
            assertThat(files).as("an empty mount point stays as it was").isEmpty();
        }

        Files.delete(two);
        Files.move(elsewhere, two);
        Command whole = serve(DisksTest::read, one, two);
        assertThat(whole.exit()).as(whole.text()).isZero();
    }

    private static void refused(String says, Path... folders) {
        Command refused =
                serve(s3 -> assertThat(s3).as("a server that should not be").isNull(), folders);
        assertThat(refused.exit()).as(refused.text()).isEqualTo(1);
        assertThat(refused.text()).contains(says).doesNotContain("\tat ");
    }

    private static Command serve(Command.Work work, Path... folders) {
        return Command.serve(
                work,
                Stream.concat(
                                Stream.of(
                                        "--set",
                                        "root_access_key=" + SkerryServer.ACCESS_KEY,
                                        "--set",
                                        "root_secret_key=" + SkerryServer.SECRET_KEY),
                                Stream.of(folders).flatMap(folder -> Stream.of("--data", folder.toString())))
                        .toArray(String[]::new));
    }

    private static void write(URI s3) throws IOException {
        assertThat(Wire.exchange(s3, WireRequest.of("PUT", s3, "/photos").sign())
                        .status())
                .isEqualTo(200);
        for (int i = 0; i < OBJECTS; i++) {
            assertThat(Wire.exchange(s3, object("PUT", s3, i).body(content(i)).sign())
                            .status())
                    .isEqualTo(200);
        }
        read(s3);
    }

    private static void read(URI s3) throws IOException {
        for (int i = 0; i < OBJECTS; i++) {
            WireResponse answer = Wire.exchange(s3, object("GET", s3, i).sign());
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo(content(i));
        }
    }

    private static WireRequest object(String method, URI s3, int i) {
        return WireRequest.object(method, s3, "photos", "key " + i);
    }

    private static byte[] content(int i) {
        return Bytes.of(i, 20_000 + i);
    }
}
