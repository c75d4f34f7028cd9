package dev.skerry.blob.commit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.blob.BlobAttributes;
import dev.skerry.blob.BlobId;
import dev.skerry.blob.Generation;
import dev.skerry.blob.commit.Command.ImportBlob;
import dev.skerry.blob.commit.Command.Versioning;
import dev.skerry.blob.commit.CommandResult.Written;
import dev.skerry.blob.event.StorageEvent;
import dev.skerry.blob.failure.StoreFailure.VersionConflict;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SlotMachineImportsTest extends SlotMachineFixture {
    private static final Instant LONG_AGO = Instant.parse("2020-02-02T02:02:02Z");

    private ImportBlob imported(long generation, @Nullable String text, boolean nullVersion, boolean hidden) {
        return new ImportBlob(
                commands.origin(),
                PATH,
                new Generation(generation),
                commands.id(),
                nullVersion,
                text == null ? null : Commands.inline(text),
                BlobAttributes.ownedBy(Commands.OWNER),
                LONG_AGO,
                hidden ? LONG_AGO.plusSeconds(1) : null);
    }

    @Test
    void anImportedGenerationKeepsItsNumberNameAndTimes() {
        ImportBlob command = imported(7, "text", false, false);

        Written written = (Written) apply(command);

        assertThat(rows()).containsExactly("7L*");
        assertThat(written.meta().blobId()).isEqualTo(command.blobId());
        assertThat(written.meta().createdAt()).isEqualTo(LONG_AGO);
        assertThat(written.meta().latest()).isTrue();
        assertThat(written.meta().hlc()).isEqualTo(command.origin().hlc());
        put("next", Versioning.ENABLED);
        assertThat(rows()).containsExactly("8L*", "7L");
    }

    @Test
    void anyOrderGivesTheSameRows() {
        apply(imported(3, "3", false, true));
        apply(imported(1, "1", false, false));
        apply(imported(4, null, false, true));
        apply(imported(2, "2", false, false));

        assertThat(rows()).containsExactly("4T-", "3L-", "2L*", "1L");
    }

    @Test
    void theSameImportAgainIsAReplay() {
        ImportBlob command = imported(1, "text", true, false);
        Written first = (Written) apply(command);
        long events = tables.lastSequence();

        assertThat(apply(command)).isEqualTo(new Written(first.meta(), true));
        assertThat(tables.lastSequence()).isEqualTo(events);
    }

    @Test
    void aNumberThatIsTakenIsAConflict() {
        put("here", Versioning.OFF);
        put("here too", Versioning.OFF);

        assertThat(refusal(imported(1, "text", true, false)))
                .isEqualTo(new VersionConflict(PATH, new Generation(1), new Generation(2)));
    }

    @Test
    void ofTwoNullVersionsTheHigherStands() {
        put("here", Versioning.OFF);
        apply(imported(2, "imported", true, false));
        assertThat(rows()).containsExactly("2L*n", "1Ln-");

        apply(Commands.asked(commands.put(PATH, "here", Versioning.OFF), 9L, null));
        apply(imported(5, "older", true, false));
        assertThat(rows()).containsExactly("9L*n", "5Ln-", "2Ln-", "1Ln-");
        assertThat(generation(5).orElseThrow().tombstonedAt()).isEqualTo(commands.now());
    }

    @Test
    void whatIsVisibleOrDeletedIsToldAndWhatWasHiddenBeforeIsNot() {
        apply(imported(1, "hidden", true, true));
        apply(imported(2, null, true, true));
        apply(imported(3, "visible", true, false));

        assertThat(events()).hasSize(2);
        assertThat(events().getFirst()).isInstanceOfSatisfying(StorageEvent.ObjectDeleted.class, event -> {
            BlobId none = event.versionId();
            assertThat(none).isNull();
            assertThat(event.deleteMarker()).isFalse();
        });
        assertThat(events().getLast())
                .isInstanceOfSatisfying(
                        StorageEvent.ObjectCreated.class,
                        event -> assertThat(event.generation()).isEqualTo(new Generation(3)));
    }
}
