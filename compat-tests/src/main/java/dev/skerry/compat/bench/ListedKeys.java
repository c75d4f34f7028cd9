package dev.skerry.compat.bench;

import java.util.Locale;

/**
 * The keys that pages are taken from: spread evenly over a hundred prefixes, {@code p07/0000000107}, so that they can
 * be listed one by one and by prefix. Keys are numbered as they are written, and placed as they are listed.
 *
 * @param count how many there are
 */
record ListedKeys(int count) {
    static final int PREFIXES = 100;

    /** The key written as that number, from 0 on: the numbers of one prefix lie that many apart. */
    static String key(long number) {
        return String.format(Locale.ROOT, "p%02d/%010d", number % PREFIXES, number);
    }

    /** The key that is listed at a place, from 0 on. */
    String at(int place) {
        int whole = count / PREFIXES;
        int longer = count % PREFIXES;
        // the first prefixes have one key more than the others
        int ofLonger = longer * (whole + 1);
        int prefix = place < ofLonger ? place / (whole + 1) : longer + (place - ofLonger) / whole;
        int within = place < ofLonger ? place % (whole + 1) : (place - ofLonger) % whole;
        return key((long) within * PREFIXES + prefix);
    }

    /** How many prefixes have keys. */
    int prefixes() {
        return Math.min(count, PREFIXES);
    }
}
