package dev.skerry.blobapi;

import java.util.List;

/** What the native API addresses, and the roots it is found at on each listener. */
@SuppressWarnings("ImmutableEnumChecker") // the lists are List.of's, which do not change
enum Resource {
    BLOB(List.of("/_/api/v1/blobs/{path}"), List.of("/api/v1/blobs/{path}", "/blobs/{path}", "/objects/{path}")),
    BLOBS(List.of("/_/api/v1/blobs"), List.of("/api/v1/blobs", "/blobs", "/objects")),
    HEALTH(List.of("/_/api/v1/healthz"), List.of("/api/v1/healthz", "/health")),
    NODES(List.of("/_/api/v1/nodes"), List.of("/api/v1/nodes", "/nodes")),
    EVENTS(List.of("/_/api/v1/events"), List.of("/api/v1/events")),
    SLOT_OF_PATH(List.of("/_/api/v1/slots/resolve"), List.of("/api/v1/slots/resolve")),
    SLOT(List.of("/_/api/v1/slots/{id}"), List.of("/api/v1/slots/{id}", "/slots/{id}")),
    DESCRIPTION(List.of("/_/openapi/native.yaml"), List.of("/openapi/native.yaml"));

    private final List<String> onS3Port;
    private final List<String> onNativeListener;

    Resource(List<String> onS3Port, List<String> onNativeListener) {
        this.onS3Port = onS3Port;
        this.onNativeListener = onNativeListener;
    }

    /** Where a request came in. */
    enum Mount {
        /** The S3 port, everything below {@code /_/}. */
        S3_PORT,
        /** The listener of its own, at the roots older clients know. */
        NATIVE_LISTENER
    }

    /** Templates of the paths it is served at; the one variable, where there is one, comes last. */
    List<String> templates(Mount mount) {
        return switch (mount) {
            case S3_PORT -> onS3Port;
            case NATIVE_LISTENER -> onNativeListener;
        };
    }
}
