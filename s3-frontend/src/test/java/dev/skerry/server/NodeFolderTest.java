package dev.skerry.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeFolderTest {
    @TempDir
    private Path top;

    @Test
    void aFolderRemembersWhoseItIs() {
        Path folder = top.resolve("data");
        String nodeId;
        try (NodeFolder made = open(16, folder)) {
            nodeId = made.nodeId();
        }
        try (NodeFolder again = open(16, folder)) {
            assertThat(again.nodeId()).isEqualTo(nodeId);
            assertThat(again.slots()).isEqualTo(16);
        }
        assertThat(folder).isDirectoryContaining("glob:**/node.json");
        assertThat(folder.toFile().list()).containsExactly("node.json");
    }

    @Test
    void nobodyElseReadsWhatIsMade() throws IOException {
        Path folder = top.resolve("above/data");
        open(16, folder).close();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("node.json"))))
                .isEqualTo("rw-------");
    }

    @Test
    void aFolderInUseIsRefused() {
        Path folder = top.resolve("data");
        try (NodeFolder _ = open(16, folder)) {
            assertThatThrownBy(() -> open(16, folder))
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("in use by another skerry process");
        }
    }

    @Test
    void anotherNumberOfSlotsIsRefused() {
        open(16, top.resolve("data")).close();
        assertThatThrownBy(() -> open(8, top.resolve("data")))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("storage.slots: 8 (expected: 16");
    }

    @Test
    void anUnknownFormatIsRefused() throws IOException {
        open(16, top.resolve("data")).close();
        Path file = top.resolve("data/node.json");
        Files.writeString(file, Files.readString(file).replace("\"format_version\" : 1", "\"format_version\" : 7"));
        assertThatThrownBy(() -> open(16, top.resolve("data"))).hasMessageContaining("format_version 7 (expected: 1");
    }

    @Test
    void aDamagedDescriptionIsRefused() throws IOException {
        open(16, top.resolve("data")).close();
        Files.writeString(top.resolve("data/node.json"), "{\"format_ver");
        assertThatThrownBy(() -> open(16, top.resolve("data")))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("damaged");
    }

    @Test
    void disksKeepTheirOrder() throws IOException {
        Path first = top.resolve("disk1");
        Path second = top.resolve("disk2");
        open(16, first, second).close();
        open(16, first, second).close();
        assertThatThrownBy(() -> open(16, second, first)).isInstanceOf(StartException.class);
        assertThatThrownBy(() -> open(16, first)).hasMessageContaining("the same 2 folders");
        Files.createFile(first.resolve(Assembly.CATALOG_FILE));
        assertThatThrownBy(() -> open(16, first, top.resolve("disk3"))).hasMessageContaining("disk3");
        assertThatThrownBy(() -> open(16, top.resolve("disk0"), second)).hasMessageContaining("disk0");
        assertThat(top.resolve("disk0")).doesNotExist();
    }

    @Test
    void aFirstStartThatWasCutShortIsFinished() throws IOException {
        Path first = top.resolve("disk1");
        Path second = top.resolve("disk2");
        open(16, first, second).close();
        Files.delete(second.resolve("node.json"));
        open(16, first, second).close();
        assertThat(second.resolve("node.json")).exists();
    }

    @Test
    void slotsWithoutADescriptionAreNotTakenForANewFolder() throws IOException {
        Files.createDirectories(top.resolve("data/slots"));
        assertThatThrownBy(() -> open(16, top.resolve("data")))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("has slots but no node.json");
    }

    private static NodeFolder open(int slots, Path... folders) {
        return NodeFolder.open(List.of(folders), slots, UUID::randomUUID);
    }
}
