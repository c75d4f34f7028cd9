package dev.skerry.compat.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryTest {
    @Test
    void whatWasRecordedReadsBack(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("history.jsonl");
        List<Operation> operations = SimulatedRegister.history(new SplittableRandom(1), 4, 100);
        History history = new History(file);
        try (history) {
            operations.forEach(history::add);
        }
        assertThat(history.keys("")).containsExactly("k");
        assertThat(history.of("k")).isEqualTo(operations);
        assertThat(History.read(file)).hasSize(1).containsEntry("k", operations);
    }
}
