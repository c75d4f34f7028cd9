package dev.skerry.compat.faults;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Answers that no state of any key explains: a body that nobody wrote, a code that does not belong there. */
final class Surprises {
    private static final int MAX_KEPT = 100;

    private final List<String> texts = new CopyOnWriteArrayList<>();

    void add(String text) {
        if (texts.size() < MAX_KEPT) {
            texts.add(text);
        }
    }

    List<String> texts() {
        return List.copyOf(texts);
    }
}
