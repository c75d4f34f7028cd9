package dev.skerry.blob.upkeep;

import dev.skerry.blob.BlobId;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.part.PlaceFile;
import dev.skerry.blob.upkeep.Scrubber.Position;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where the scrub stands, and when it last was through with each slot, in a {@link PlaceFile}. For one thread at a
 * time.
 */
public final class ScrubPlace {
    private static final String LATE = "late";
    private static final String IN_TIME = "in time";
    private static final String OVER = "over";
    private static final String NONE = "-";
    private static final int LINES_OF_ROUND = 3;

    private final PlaceFile file;

    /** The file, which need not be there; its folder is. */
    public ScrubPlace(Path file) {
        this.file = new PlaceFile(file, "the scrub");
    }

    /**
     * A round of reading every part file.
     *
     * @param late whether it was said that it takes longer than it should
     * @param at where to go on, or null once it is over
     */
    record Round(Instant began, boolean late, @Nullable Position at) {}

    /**
     * What is kept.
     *
     * @param ends when the last part of a slot was read, of slots where that ever was
     */
    record Kept(Round round, Map<SlotId, Instant> ends) {
        Kept {
            ends = Map.copyOf(ends);
        }
    }

    /** What was kept last; empty where nothing was, or where nobody can tell. */
    Optional<Kept> read() {
        return file.read(ScrubPlace::parse);
    }

    private static Kept parse(List<String> lines) {
        Round round = new Round(
                instant(lines.get(0)),
                lines.get(1).equals(LATE),
                lines.get(2).equals(OVER) ? null : position(lines.get(2)));
        Map<SlotId, Instant> ends = new HashMap<>();
        for (String line : lines.subList(LINES_OF_ROUND, lines.size())) {
            List<String> words = words(line, 2);
            ends.put(new SlotId(Integer.parseInt(words.get(0))), instant(words.get(1)));
        }
        return new Kept(round, ends);
    }

    private static Position position(String line) {
        List<String> words = words(line, 4);
        return new Position(
                Integer.parseInt(words.get(0)), id(words.get(1)), id(words.get(2)), Integer.parseInt(words.get(3)));
    }

    private static List<String> words(String line, int count) {
        List<String> words = List.of(line.split(" ", -1));
        if (words.size() != count) {
            throw new IllegalArgumentException("line: " + line + " (expected: " + count + " words)");
        }
        return words;
    }

    private static Instant instant(String millis) {
        return Instant.ofEpochMilli(Long.parseLong(millis));
    }

    private static @Nullable BlobId id(String word) {
        return word.equals(NONE) ? null : new BlobId(word);
    }

    void keep(Kept kept) {
        Round round = kept.round();
        List<String> lines = new ArrayList<>();
        lines.add(Long.toString(round.began().toEpochMilli()));
        lines.add(round.late() ? LATE : IN_TIME);
        Position at = round.at();
        lines.add(at == null ? OVER : at.slot() + " " + word(at.after()) + " " + word(at.begun()) + " " + at.parts());
        kept.ends().forEach((slot, end) -> lines.add(slot + " " + end.toEpochMilli()));
        file.keep(lines.toArray(String[]::new));
    }

    private static String word(@Nullable BlobId id) {
        return id == null ? NONE : id.toString();
    }
}
