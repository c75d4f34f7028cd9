package dev.skerry.cluster.peer;

import java.util.Set;

/** What a certificate is worth that somebody showed. */
sealed interface CertificateVerdict {
    /**
     * An authority of the cluster signed it, and it is valid now.
     *
     * @param names of the nodes it is for
     */
    record Believed(Set<String> names) implements CertificateVerdict {
        public Believed {
            names = Set.copyOf(names);
        }
    }

    /**
     * It proves nothing, or there is none.
     *
     * @param detail for the log of this node
     */
    record Refused(Refusal reason, String detail) implements CertificateVerdict {}
}
