package dev.skerry.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every lookup goes by the index made for it, in a database that is as new as in one that is old. */
class QueryPlanTest {
    private final Connection connection;

    QueryPlanTest(@TempDir Path folder) throws SQLException {
        SlotDatabases.open(folder.resolve("slots"), 1, Thread::new, () -> Instant.EPOCH)
                .close();
        connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("slots/0/meta.sqlite3"));
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
    }

    private List<String> plan(Sql sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("explain query plan " + sql.text())) {
            List<String> plan = new ArrayList<>();
            while (rows.next()) {
                plan.add(rows.getString("detail"));
            }
            return plan;
        }
    }

    @Test
    void visibleGenerationsAreFoundWithoutWalkingHiddenOnes() throws SQLException {
        for (Sql sql : List.of(
                SlotSql.CURRENT,
                SlotSql.LATEST_LIVE,
                SlotSql.NULL_VERSION,
                SlotSql.NEWEST_VISIBLE,
                SlotSql.SCAN_VISIBLE,
                SlotSql.SCAN_VISIBLE_BELOW,
                SlotSql.HOLDS_ANY)) {
            assertThat(plan(sql)).singleElement().asString().contains("idx_blobs_visible");
        }
    }

    @Test
    void aSmallBodyIsFoundWithItsGeneration() throws SQLException {
        assertThat(plan(SlotSql.CURRENT_WITH_BODY))
                .hasSize(2)
                .first()
                .asString()
                .contains("idx_blobs_visible");
        assertThat(plan(SlotSql.CURRENT_WITH_BODY))
                .last()
                .asString()
                .contains("SEARCH blob_inline")
                .contains("blob_id=?");
    }

    @Test
    void liveCurrentVersionsAreListedFromAnIndexOfTheirOwnWithoutReadingRows() throws SQLException {
        assertThat(plan(SlotSql.SCAN_CURRENT))
                .singleElement()
                .asString()
                .contains("COVERING INDEX idx_blobs_current (path>? AND path<?)");
    }

    @Test
    void theNativeListingSeeksFromPathToPath() throws SQLException {
        assertThat(plan(SlotSql.SCAN_NEWEST))
                .contains("CO-ROUTINE paths", "SEARCH blobs USING INTEGER PRIMARY KEY (rowid=?)")
                .noneMatch(step -> step.contains("SCAN blobs") || step.contains("SCAN other"))
                .noneMatch(step -> step.contains("TEMP B-TREE"));
    }

    @Test
    void otherLookupsGoByTheirIndex() throws SQLException {
        assertThat(plan(SlotSql.BY_GENERATION)).singleElement().asString().contains("(path=? AND version=?)");
        assertThat(plan(SlotSql.NEWEST)).singleElement().asString().contains("idx_blobs_path_version (path=?)");
        assertThat(plan(SlotSql.GENERATIONS)).singleElement().asString().contains("idx_blobs_path_version (path=?)");
        assertThat(plan(SlotSql.BY_BLOB_ID)).singleElement().asString().contains("idx_blobs_blob_id");
        assertThat(plan(SlotSql.BY_WRITE_ID).getFirst()).contains("idx_blobs_write_id (path=? AND write_id=?)");
        assertThat(plan(SlotSql.BY_UPLOAD).getFirst()).contains("idx_blobs_upload_id");
        assertThat(plan(SlotSql.WITH_PARTS)).singleElement().asString().contains("idx_blobs_with_parts");
        assertThat(plan(SlotSql.EXPIRED_HIDDEN).getFirst()).contains("idx_blobs_hidden");
        assertThat(plan(SlotSql.EXPIRED_TOMBSTONES).getFirst()).contains("idx_blobs_tombstone");
    }

    /** They are read no further than is wanted, which is of use only where rows are not sorted first. */
    @Test
    void whatIsReadInPagesComesInTheOrderOfAnIndex() throws SQLException {
        assertThat(plan(SlotSql.GARBAGE).getFirst()).contains("idx_gc_queue_queued_at (queued_at<?)");
        assertThat(plan(SlotSql.EVENTS_AFTER)).singleElement().asString().contains("INTEGER PRIMARY KEY (rowid>?)");
        assertThat(plan(SlotSql.SCAN_UPLOADS))
                .singleElement()
                .asString()
                .contains("idx_uploads_path (path>? AND path<?)");
        assertThat(plan(SlotSql.SCAN_UPLOADS_OF_PATH))
                .singleElement()
                .asString()
                .contains("idx_uploads_path (path=? AND upload_id>?)");
        assertThat(plan(SlotSql.UPLOAD_PARTS_AFTER)).singleElement().asString().contains("(upload_id=? AND number>?)");
    }

    @Test
    void expiredGenerationsComeSorted() throws SQLException {
        assertThat(plan(SlotSql.EXPIRED_HIDDEN)).noneMatch(step -> step.contains("TEMP B-TREE"));
        assertThat(plan(SlotSql.EXPIRED_TOMBSTONES)).noneMatch(step -> step.contains("TEMP B-TREE"));
    }

    @Test
    void liveBlobsAreCountedWithoutReadingRows() throws SQLException {
        assertThat(plan(SlotSql.COUNT_LIVE)).singleElement().asString().contains("COVERING INDEX idx_blobs_visible");
        assertThat(plan(SlotSql.LIVE_BYTES)).singleElement().asString().contains("COVERING INDEX idx_blobs_visible");
    }

    @Test
    void foldersAreFoundWhereverTheyAreReferredTo() throws SQLException {
        for (Sql sql : List.of(SlotSql.PART_IN_FOLDER, SlotSql.UPLOAD_PART_IN_FOLDER, SlotSql.UPLOAD_FILE_IN_FOLDER)) {
            assertThat(plan(sql)).singleElement().asString().contains("_folder (folder=?)");
        }
    }
}
