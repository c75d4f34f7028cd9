package dev.skerry.s3.operation;

import dev.skerry.s3.auth.Identity;
import dev.skerry.s3.xml.XmlElement;
import java.util.function.Function;

/** Owners as documents show them: canonical id and display name. */
final class Owners {
    private final Function<String, String> displayNames;

    /** With a display name for every canonical id, empty for one that nobody has. */
    Owners(Function<String, String> displayNames) {
        this.displayNames = displayNames;
    }

    /** {@code Owner}. */
    XmlElement owner(String canonicalId) {
        return named("Owner", canonicalId);
    }

    /** {@code Initiator}. */
    XmlElement initiator(String canonicalId) {
        return named("Initiator", canonicalId);
    }

    /** {@code Grantee}, a canonical user. */
    XmlElement grantee(String canonicalId) {
        return named("Grantee", canonicalId).xsiType("CanonicalUser");
    }

    /** {@code Owner} of whoever asks. */
    static XmlElement caller(Identity identity) {
        return new XmlElement("Owner").add("ID", identity.canonicalId()).add("DisplayName", identity.displayName());
    }

    private XmlElement named(String element, String canonicalId) {
        return new XmlElement(element).add("ID", canonicalId).add("DisplayName", displayNames.apply(canonicalId));
    }
}
