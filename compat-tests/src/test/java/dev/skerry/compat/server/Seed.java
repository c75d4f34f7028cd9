package dev.skerry.compat.server;

import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;

/** The seed of a random test: new for every run and printed, or given with {@code -Dskerry.seed=…}. */
public final class Seed {
    private Seed() {}

    /** The random numbers of the named test. */
    public static SplittableRandom of(String test) {
        String given = System.getProperty("skerry.seed", "");
        long seed = given.isEmpty() ? ThreadLocalRandom.current().nextLong() : Long.parseLong(given);
        System.out.println(test + ": repeat with -Dskerry.seed=" + seed);
        return new SplittableRandom(seed);
    }
}
