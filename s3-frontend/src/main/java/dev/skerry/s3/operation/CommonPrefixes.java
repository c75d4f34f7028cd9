package dev.skerry.s3.operation;

import dev.skerry.s3.xml.XmlElement;
import java.util.List;
import java.util.function.UnaryOperator;

/** What a delimiter folded, at the end of every listing. */
final class CommonPrefixes {
    private CommonPrefixes() {}

    /** Adds one element per prefix. */
    static void add(List<String> prefixes, UnaryOperator<String> encode, XmlElement result) {
        for (String prefix : prefixes) {
            result.child("CommonPrefixes").add("Prefix", encode.apply(prefix));
        }
    }
}
