package dev.skerry.cluster.peer;

/**
 * What of another node is asked.
 *
 * @param what its name, for people
 */
record PeerTarget(String method, String path, String what) {
    static final String CALLS = "/_/internal/v1/call/";
    static final String DOCUMENTS = "/_/internal/v1/cluster/";
    static final String STREAM = "/_/internal/v1/stream";
    static final String POST = "POST";
    static final String GET = "GET";

    static PeerTarget call(String service) {
        return new PeerTarget(POST, CALLS + service, service);
    }

    static PeerTarget document(String name) {
        return new PeerTarget(GET, DOCUMENTS + name, name);
    }
}
