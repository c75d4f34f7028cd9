package dev.skerry.cluster.peer;

import java.util.Locale;

/** Why a request between nodes is not believed. */
public enum Refusal {
    /** It carries no proof. */
    MISSING("this is for the nodes of the cluster"),
    /** Its proof has another form, or it is framed as no node does. */
    MALFORMED("the proof is malformed"),
    /** It comes from a node of another cluster. */
    CLUSTER("the sender belongs to another cluster"),
    /** It is meant for another node: an address is wrong. */
    NODE("the request is meant for another node"),
    /** Its proof was made with another secret, or for another request. */
    SECRET("the proof is wrong"),
    /** The clocks of the two nodes are too far apart. */
    CLOCK("the clocks of the two nodes are too far apart"),
    /** It was here before. */
    REPLAYED("the request was made before"),
    /** Its body is another than the one that was proved. */
    BODY("the body is not the one that was proved"),
    /** It came without a certificate, or not over TLS between nodes. */
    UNCERTIFIED("no certificate was shown"),
    /** No authority of the cluster signed its certificate, or not for this use. */
    FOREIGN("the certificate is not believed here"),
    /** Its certificate was valid, or will be. */
    EXPIRED("the certificate is not valid at this time"),
    /** Its certificate is for another node than the one that it says it comes from. */
    IMPOSTOR("the certificate is another node's");

    private final String message;

    Refusal(String message) {
        this.message = message;
    }

    /** One sentence for people. */
    public String message() {
        return message;
    }

    /** One word for labels and documents. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
