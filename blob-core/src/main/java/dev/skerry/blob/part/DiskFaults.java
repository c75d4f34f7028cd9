package dev.skerry.blob.part;

import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.FileSystemException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Turns what the file system throws into what the store says. */
final class DiskFaults {
    private DiskFaults() {}

    /** The failure for {@code cause}, which ended {@code doing}. */
    static StoreException translate(String doing, IOException cause) {
        if (cause instanceof ClosedByInterruptException) {
            // the channel saw the flag and left it set
            return new StoreException(new StoreFailure.Busy(doing + ": interrupted"), cause);
        }
        String detail = doing + ": " + cause;
        return new StoreException(
                isFull(cause) ? new StoreFailure.InsufficientStorage(detail) : new StoreFailure.StorageFault(detail),
                cause);
    }

    /**
     * The JDK has no type for ENOSPC and EDQUOT; it carries the text of the C library, which Linux does not localise
     * here.
     */
    private static boolean isFull(IOException cause) {
        return saysFull(cause.getMessage())
                || (cause instanceof FileSystemException detailed && saysFull(detailed.getReason()));
    }

    private static boolean saysFull(@Nullable String text) {
        if (text == null) {
            return false;
        }
        String lower = text.toLowerCase(Locale.ROOT);
        return lower.contains("no space left on device") || lower.contains("quota exceeded");
    }
}
