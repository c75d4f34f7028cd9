package dev.skerry.s3.http;

import dev.skerry.blob.store.BlobReader;
import dev.skerry.s3.xml.XmlElement;
import java.util.LinkedHashMap;
import java.util.Map;

/** What an operation answers. The pipeline adds the ids, dates and CORS headers, and suppresses bodies for HEAD. */
public sealed interface S3Response {
    /** The HTTP status. */
    int status();

    /** Headers by the name to send. */
    Map<String, String> headers();

    /** No body. */
    record Empty(int status, Map<String, String> headers) implements S3Response {
        public Empty {
            headers = Map.copyOf(headers);
        }
    }

    /** An XML document. */
    record Xml(int status, Map<String, String> headers, XmlElement body) implements S3Response {
        public Xml {
            headers = Map.copyOf(headers);
        }
    }

    /** An XML document of no namespace, as those that browsers read are. */
    record PlainXml(int status, Map<String, String> headers, XmlElement body) implements S3Response {
        public PlainXml {
            headers = Map.copyOf(headers);
        }
    }

    /** A JSON document, as it is. */
    record Json(int status, Map<String, String> headers, String body) implements S3Response {
        public Json {
            headers = Map.copyOf(headers);
        }
    }

    /**
     * A blob's bytes; the pipeline pumps the reader's range and closes it.
     *
     * @param lengthBytes of the range the reader is set to
     */
    record Stream(int status, Map<String, String> headers, BlobReader reader, long lengthBytes) implements S3Response {
        public Stream {
            headers = Map.copyOf(headers);
        }
    }

    /**
     * An XML document that takes long to make: white space keeps the connection alive until it is there, as S3 does
     * when it completes an upload or copies. The status is 200 from the first byte on; a failure comes as an Error
     * document.
     */
    record SlowXml(Map<String, String> headers, Work work) implements S3Response {
        public SlowXml {
            headers = Map.copyOf(headers);
        }

        @Override
        public int status() {
            return 200;
        }

        /** Makes the document. */
        @FunctionalInterface
        public interface Work {
            /** Blocks until the document is there. */
            XmlElement run();
        }
    }

    /** 200 and nothing else. */
    static Empty ok() {
        return new Empty(200, Map.of());
    }

    /** 204. */
    static Empty noContent() {
        return new Empty(204, Map.of());
    }

    /** 200 with a document. */
    static Xml ok(XmlElement body) {
        return new Xml(200, Map.of(), body);
    }

    /** A map to fill with headers. */
    static Map<String, String> newHeaders() {
        return new LinkedHashMap<>();
    }
}
