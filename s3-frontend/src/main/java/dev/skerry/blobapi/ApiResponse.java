package dev.skerry.blobapi;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skerry.blob.store.BlobReader;
import dev.skerry.http.ResponseWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/** What a call answers. */
sealed interface ApiResponse {
    /** Sends it; the request's id is added to the headers. Blocks until it is with the client. */
    void send(ResponseWriter writer, String requestId);

    /** No body. */
    record Empty(int status, Map<String, String> headers) implements ApiResponse {
        public Empty {
            headers = Map.copyOf(headers);
        }

        @Override
        public void send(ResponseWriter writer, String requestId) {
            writer.send(status, withId(headers, requestId), new byte[0]);
        }
    }

    /** The head of an answer whose body is not sent. */
    record Head(int status, Map<String, String> headers, long lengthBytes) implements ApiResponse {
        public Head {
            headers = Map.copyOf(headers);
        }

        @Override
        public void send(ResponseWriter writer, String requestId) {
            writer.head(status, withId(headers, requestId), OptionalLong.of(lengthBytes));
            writer.end();
        }
    }

    /** A JSON document. */
    record Document(int status, Map<String, String> headers, JsonNode body) implements ApiResponse {
        public Document {
            headers = Map.copyOf(headers);
        }

        static Document ok(JsonNode body) {
            return new Document(200, Map.of(), body);
        }

        @Override
        public void send(ResponseWriter writer, String requestId) {
            Map<String, String> all = withId(headers, requestId);
            all.put("Content-Type", "application/json");
            all.put("Cache-Control", "no-store");
            writer.send(status, all, Json.bytes(body));
        }
    }

    /** A file of the server's own. */
    record Page(String contentType, byte[] body) implements ApiResponse {
        @Override
        public void send(ResponseWriter writer, String requestId) {
            writer.send(200, withId(Map.of("Content-Type", contentType), requestId), body);
        }
    }

    /**
     * A blob's bytes; the reader is closed.
     *
     * @param lengthBytes of the range the reader is set to
     */
    record Bytes(int status, Map<String, String> headers, BlobReader reader, long lengthBytes) implements ApiResponse {
        public Bytes {
            headers = Map.copyOf(headers);
        }

        @Override
        public void send(ResponseWriter writer, String requestId) {
            try (reader) {
                writer.stream(status, withId(headers, requestId), lengthBytes, reader::next);
            }
        }
    }

    /**
     * Writes itself, for as long as it likes.
     *
     * @param afterwards called once it is over, however it ended
     */
    record Stream(Map<String, String> headers, Pump pump, Runnable afterwards) implements ApiResponse {
        public Stream {
            headers = Map.copyOf(headers);
        }

        /** Writes the body. */
        @FunctionalInterface
        interface Pump {
            /** Returns at the end; the writer is ended by the caller. */
            void run(ResponseWriter writer);
        }

        @Override
        public void send(ResponseWriter writer, String requestId) {
            try {
                writer.head(200, withId(headers, requestId), OptionalLong.empty());
                pump.run(writer);
                writer.end();
            } finally {
                afterwards.run();
            }
        }
    }

    private static Map<String, String> withId(Map<String, String> headers, String requestId) {
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.put(BlobHeaders.REQUEST_ID, requestId);
        return all;
    }
}
