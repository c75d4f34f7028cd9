package dev.skerry.s3.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.blob.Checksum;
import dev.skerry.blob.ChecksumAlgorithm;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.xml.XmlElement;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ChecksumsTest {
    private static final String SHA = "Ok6Cs5b96ux6+MWQkJO7UBT5sKPBeXBLwvj/hK89smg=";
    private static final String CRC = "WgDhBQ==";

    @Test
    void aCompositeOneCarriesTheNumberOfItsParts() {
        Checksum composite = new Checksum(ChecksumAlgorithm.SHA256, SHA, Checksum.Type.COMPOSITE);
        assertThat(Checksums.shown(composite, 3)).isEqualTo(SHA + "-3");
        Checksum full = new Checksum(ChecksumAlgorithm.CRC32, CRC, Checksum.Type.FULL_OBJECT);
        assertThat(Checksums.shown(full, 3)).isEqualTo(CRC);
    }

    @Test
    void theTypeOfAClaimFollowsItsForm() {
        assertThat(Checksums.claimed(ChecksumAlgorithm.SHA256, SHA + "-1", Optional.empty(), 1)
                        .type())
                .isEqualTo(Checksum.Type.COMPOSITE);
        assertThat(Checksums.claimed(ChecksumAlgorithm.SHA256, SHA, Optional.empty(), 1)
                        .type())
                .isEqualTo(Checksum.Type.COMPOSITE);
        assertThat(Checksums.claimed(ChecksumAlgorithm.CRC32, CRC, Optional.empty(), 1)
                        .type())
                .isEqualTo(Checksum.Type.FULL_OBJECT);
        assertThat(Checksums.claimed(ChecksumAlgorithm.CRC32, CRC, Optional.of(Checksum.Type.COMPOSITE), 1)
                        .type())
                .isEqualTo(Checksum.Type.COMPOSITE);
    }

    @Test
    void aClaimThatCannotHoldIsABadDigest() {
        for (String text : new String[] {"bad", "", SHA + "-2", SHA + "-", SHA + "-x", CRC}) {
            Refusals.assertRefused(
                    S3ErrorCode.BAD_DIGEST,
                    () -> Checksums.claimed(ChecksumAlgorithm.SHA256, text, Optional.empty(), 1));
        }
    }

    @Test
    void algorithmsAreNamedByAnyCase() {
        assertThat(Checksums.algorithm("crc64nvme")).isEqualTo(ChecksumAlgorithm.CRC64NVME);
        Refusals.assertRefused(S3ErrorCode.INVALID_REQUEST, () -> Checksums.algorithm("MD5"));
    }

    @Test
    void onlyWhatCanBeJoinedCoversAWholeUpload() {
        Checksums.requirePossible(ChecksumAlgorithm.CRC64NVME, Checksum.Type.FULL_OBJECT);
        Checksums.requirePossible(ChecksumAlgorithm.CRC32, Checksum.Type.COMPOSITE);
        Refusals.assertRefused(
                S3ErrorCode.INVALID_REQUEST,
                () -> Checksums.requirePossible(ChecksumAlgorithm.SHA1, Checksum.Type.FULL_OBJECT));
        Refusals.assertRefused(
                S3ErrorCode.INVALID_REQUEST,
                () -> Checksums.requirePossible(ChecksumAlgorithm.CRC64NVME, Checksum.Type.COMPOSITE));
    }

    @Test
    void aPartNamesItsChecksumsInTheDocument() {
        XmlElement part = new XmlElement("Part").add("ChecksumCRC32", CRC);
        assertThat(Checksums.ofPart(part))
                .contains(List.of(new Checksum(ChecksumAlgorithm.CRC32, CRC, Checksum.Type.FULL_OBJECT)));
        assertThat(Checksums.ofPart(new XmlElement("Part").add("ChecksumSHA1", CRC)))
                .isEmpty();
    }
}
