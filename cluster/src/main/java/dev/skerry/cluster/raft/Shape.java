package dev.skerry.cluster.raft;

import java.io.IOException;
import org.apache.ratis.thirdparty.com.google.protobuf.CodedInputStream;
import org.apache.ratis.thirdparty.com.google.protobuf.CodedOutputStream;
import org.jspecify.annotations.Nullable;

/** How the values of one type become bytes, at least one each, and come back. Safe for use by many threads. */
interface Shape {
    /** Writes a value; null is one, but for primitive types. */
    void write(@Nullable Object value, CodedOutputStream to) throws IOException;

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws IOException if the bytes end before the value does, or are no such value
     * @throws IllegalArgumentException if there can be no such value
     */
    @Nullable
    Object read(CodedInputStream from) throws IOException;
}
