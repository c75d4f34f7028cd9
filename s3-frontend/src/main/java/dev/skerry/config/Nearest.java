package dev.skerry.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds the word that was probably meant. */
final class Nearest {
    private Nearest() {}

    /** The candidate with the fewest edits from {@code word}, if that is few enough to be a slip. */
    static Optional<String> to(String word, Collection<String> candidates) {
        int tolerated = Math.max(2, word.length() / 2);
        return candidates.stream()
                .filter(candidate -> edits(word, candidate) <= tolerated)
                .min(Comparator.<String>comparingInt(candidate -> edits(word, candidate))
                        .thenComparing(Comparator.naturalOrder()));
    }

    /** Levenshtein's distance. */
    static int edits(String from, String to) {
        int[] above = new int[to.length() + 1];
        for (int column = 0; column <= to.length(); column++) {
            above[column] = column;
        }
        for (int row = 1; row <= from.length(); row++) {
            int diagonal = above[0];
            above[0] = row;
            for (int column = 1; column <= to.length(); column++) {
                int replaced = diagonal + (from.charAt(row - 1) == to.charAt(column - 1) ? 0 : 1);
                diagonal = above[column];
                above[column] = Math.min(replaced, Math.min(above[column], above[column - 1]) + 1);
            }
        }
        return above[to.length()];
    }
}
