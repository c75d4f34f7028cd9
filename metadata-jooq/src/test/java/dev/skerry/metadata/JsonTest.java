package dev.skerry.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.blob.Checksum;
import dev.skerry.blob.ChecksumAlgorithm;
import java.util.List;
import org.junit.jupiter.api.Test;

class JsonTest {
    private static final Checksum CRC64 =
            new Checksum(ChecksumAlgorithm.CRC64NVME, "rosUhgp5mIg=", Checksum.Type.FULL_OBJECT);
    private static final Checksum CRC32 = new Checksum(ChecksumAlgorithm.CRC32, "+/Q5Jg==", Checksum.Type.COMPOSITE);

    @Test
    void checksumsReadBackAsTheyWere() {
        for (List<Checksum> checksums :
                List.of(List.of(CRC64), List.of(CRC32), List.of(CRC64, CRC32), List.<Checksum>of())) {
            assertThat(Json.checksums(Json.ofChecksums(checksums))).isEqualTo(checksums);
        }
        assertThat(Json.ofChecksums(List.of())).isNull();
    }

    /** Rows may have been written by another version, whose texts are JSON all the same. */
    @Test
    void oneChecksumIsJsonAndIsReadFromAnyJsonThatSaysTheSame() {
        String text = "[{\"algorithm\":\"CRC64NVME\",\"value\":\"rosUhgp5mIg=\",\"type\":\"FULL_OBJECT\"}]";
        assertThat(Json.ofChecksums(List.of(CRC64))).isEqualTo(text);
        assertThat(Json.text(Json.parse(text))).isEqualTo(text);
        for (String other : List.of(
                text.replace(":", ": "),
                "[{\"value\":\"rosUhgp5mIg=\",\"type\":\"FULL_OBJECT\",\"algorithm\":\"CRC64NVME\"}]",
                text.replace("=\"", "\\u003d\""),
                text.replace("\"}]", "\",\"more\":\"x\"}]"))) {
            assertThat(Json.checksums(other)).as(other).containsExactly(CRC64);
        }
    }
}
