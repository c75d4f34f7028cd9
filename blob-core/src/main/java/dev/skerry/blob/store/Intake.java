package dev.skerry.blob.store;

import dev.skerry.blob.BlobContent;
import dev.skerry.blob.BlobId;
import dev.skerry.blob.Checksum;
import dev.skerry.blob.ChecksumAlgorithm;
import dev.skerry.blob.Durability;
import dev.skerry.blob.PartRef;
import dev.skerry.blob.Sha256;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.StoreListener;
import dev.skerry.blob.commit.Command;
import dev.skerry.blob.commit.Command.Body;
import dev.skerry.blob.commit.CommandResult;
import dev.skerry.blob.commit.TwoPhaseWrite;
import dev.skerry.blob.encryption.ContentKey;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import dev.skerry.blob.part.PartReader;
import dev.skerry.blob.part.PartStore;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The first phase of a write: reads a body to its end, stages it, and holds it to what the client said of it. A small
 * body stays in memory; of a large one no more than two blocks do.
 */
final class Intake {
    /** How much is hashed and written at a time. */
    static final int BLOCK_BYTES = 128 * 1024;

    private final PartStore parts;
    private final TwoPhaseWrite write;
    private final StoreSettings settings;
    private final Executor hashing;
    private final StoreListener listener;

    Intake(PartStore parts, TwoPhaseWrite write, StoreSettings settings, Executor hashing, StoreListener listener) {
        this.parts = parts;
        this.write = write;
        this.settings = settings;
        this.hashing = hashing;
        this.listener = listener;
    }

    /**
     * What to do with a body.
     *
     * @param slot where it goes
     * @param folder under which it is staged
     * @param durability of what is staged
     * @param inlineBytes a body up to this size stays in memory
     * @param algorithms of checksums to compute, besides those the body expects
     * @param hashWhole whether the content's SHA-256 is wanted whatever it costs; not where its encryption shows none
     * @param key that everything stored is sealed under, or null
     */
    record Order(
            SlotId slot,
            BlobId folder,
            Durability durability,
            int inlineBytes,
            Set<ChecksumAlgorithm> algorithms,
            boolean hashWhole,
            @Nullable ContentKey key) {
        /** Whether digests of the content may be kept beside it. */
        boolean showsDigests() {
            return key == null || key.kept().method().showsDigests();
        }

        /** Whether the content's SHA-256 is wanted where no checksum of the client's is. */
        boolean wantsSha256() {
            return hashWhole && showsDigests();
        }
    }

    /** Refuses a body there is no room for, before it is read. */
    void requireRoom(SlotId slot, BlobBody body) {
        requireRoom(slot, body.declaredBytes().orElse(settings.partBytes()));
    }

    private void requireRoom(SlotId slot, long bytes) {
        if (!parts.hasRoom(slot, bytes)) {
            throw new StoreException(
                    new StoreFailure.InsufficientStorage(bytes + " bytes do not fit above the disk's reserve"));
        }
    }

    /** Reads and stages a body. The caller closes what it gets, after the commit or instead of it. */
    Staged take(Order order, BlobBody body) {
        BlockSource source = new BlockSource(body, settings.maxBlobBytes());
        byte[] block = new byte[firstBlockBytes(body)];
        int length = source.fill(block);
        if (source.exhausted() && length <= order.inlineBytes()) {
            return inline(order, body, Arrays.copyOf(block, length));
        }
        TwoPhaseWrite.Prepared prepared = write.prepare(order.slot(), order.folder(), order.durability());
        try {
            return inFiles(order, body, source, new Block(block, length), prepared);
        } catch (RuntimeException | Error e) {
            closeAfter(prepared, e);
            throw e;
        }
    }

    private record Block(byte[] bytes, int length) {}

    private static int firstBlockBytes(BlobBody body) {
        return Math.clamp(body.declaredBytes().orElse(BLOCK_BYTES), 1, BLOCK_BYTES);
    }

    private Staged inline(Order order, BlobBody body, byte[] bytes) {
        Digests digests = new Digests(algorithms(order, body.expected()), true, hashing);
        digests.update(bytes, bytes.length);
        BlobContent content = bytes.length == 0 ? BlobContent.EMPTY : new BlobContent.Inline(bytes, crc32c(bytes));
        return checked(order, body, digests.finish(), bytes.length, content, null);
    }

    private Staged inFiles(
            Order order, BlobBody body, BlockSource source, Block first, TwoPhaseWrite.Prepared prepared) {
        BlobBody.Expected early = body.expected();
        Set<ChecksumAlgorithm> algorithms = algorithms(order, early);
        boolean onePart = body.declaredBytes().orElse(Long.MAX_VALUE) <= settings.partBytes() || source.exhausted();
        boolean ofPart = onePart && order.key() == null;
        boolean sha256 = !ofPart
                && (order.wantsSha256() || early.sha256() != null || algorithms.contains(ChecksumAlgorithm.SHA256));
        Digests digests = new Digests(algorithms, sha256, hashing);
        List<PartRef> staged;
        // of a body that is one block this thread hashes half
        Executor besideParts = source.exhausted() ? Runnable::run : hashing;
        try (PartCutter cutter = new PartCutter(prepared.staging(), settings.partBytes(), besideParts, order.key())) {
            copy(order.slot(), source, first, digests, cutter);
            staged = cutter.finish();
        }
        Digests.Values values = digests.finish();
        return checked(order, body, values, source.totalBytes(), new BlobContent.Parts(staged), prepared);
    }

    /**
     * While one block is hashed in the lanes and written here, the next is gathered from the network. Room is asked for
     * again with each block: others write too, and the reserve is what deletes need.
     */
    private void copy(SlotId slot, BlockSource source, Block first, Digests digests, PartCutter cutter) {
        if (source.exhausted()) {
            digests.updateBeside(first.bytes(), first.length());
            cutter.write(first.bytes(), first.length());
            return;
        }
        byte[] current = first.bytes();
        byte[] other = new byte[BLOCK_BYTES];
        int length = first.length();
        while (length > 0) {
            requireRoom(slot, length);
            digests.updateBeside(current, length);
            cutter.write(current, length);
            byte[] filling = other;
            other = current;
            current = filling;
            length = source.fill(current);
        }
    }

    private static Set<ChecksumAlgorithm> algorithms(Order order, BlobBody.Expected expected) {
        EnumSet<ChecksumAlgorithm> algorithms = EnumSet.noneOf(ChecksumAlgorithm.class);
        algorithms.addAll(order.algorithms());
        expected.checksums().forEach(checksum -> algorithms.add(checksum.algorithm()));
        return algorithms;
    }

    /** Now that the trailers are there, everything the client said is compared with what came. */
    private Staged checked(
            Order order,
            BlobBody body,
            Digests.Values values,
            long sizeBytes,
            BlobContent content,
            TwoPhaseWrite.@Nullable Prepared prepared) {
        BlobBody.Expected expected = body.expected();
        Digests.Values complete = completed(order, expected, values, content);
        Expectations.requireMet(expected, complete);
        List<Checksum> kept = new ArrayList<>(complete.checksums());
        if (complete.sha256() != null && algorithms(order, expected).contains(ChecksumAlgorithm.SHA256)) {
            kept.add(Expectations.asChecksum(complete.sha256()));
        }
        ContentKey key = order.key();
        Body whole = new Body(
                sizeBytes,
                key == null ? complete.md5() : key.etag(complete.md5()),
                order.showsDigests() ? complete.sha256() : null,
                kept,
                key == null ? content : sealed(order.folder(), content, key));
        return new Staged(write, order.slot(), whole, prepared);
    }

    /** Files are sealed as they are written; an inline body when nothing is asked of its bytes any more. */
    private static BlobContent sealed(BlobId blobId, BlobContent content, ContentKey key) {
        return switch (content) {
            case BlobContent.Inline(byte[] plain, int _)
            when plain.length > 0 -> {
                byte[] stored = key.sealInline(blobId, plain);
                yield new BlobContent.Inline(stored, crc32c(stored));
            }
            case BlobContent.Inline _, BlobContent.Parts _ -> content;
        };
    }

    private static int crc32c(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    /**
     * Adds what only the end of the body asked for: the digest of the only part is the content's; anything else is
     * computed over what was staged, which costs a second pass and happens only where a client announced nothing.
     */
    private Digests.Values completed(
            Order order, BlobBody.Expected expected, Digests.Values values, BlobContent content) {
        Sha256 sha256 = values.sha256();
        if (sha256 == null
                && content instanceof BlobContent.Parts(List<PartRef> staged)
                && staged.size() == 1
                && staged.getFirst().codec().equals(PartRef.PLAIN)) {
            sha256 = staged.getFirst().sha256();
        }
        Set<ChecksumAlgorithm> missing = algorithms(order, expected);
        values.checksums().forEach(checksum -> missing.remove(checksum.algorithm()));
        boolean wantsSha256 =
                missing.remove(ChecksumAlgorithm.SHA256) || expected.sha256() != null || order.wantsSha256();
        boolean lacksSha256 = wantsSha256 && sha256 == null;
        if (missing.isEmpty() && !lacksSha256) {
            return new Digests.Values(values.md5(), sha256, values.checksums());
        }
        Digests late = new Digests(missing, lacksSha256, hashing);
        reread(order, content, late);
        Digests.Values added = late.finish();
        List<Checksum> all = new ArrayList<>(values.checksums());
        all.addAll(added.checksums());
        return new Digests.Values(values.md5(), lacksSha256 ? added.sha256() : sha256, all);
    }

    private void reread(Order order, BlobContent content, Digests digests) {
        switch (content) {
            case BlobContent.Inline inline -> digests.update(inline.bytes(), inline.bytes().length);
            case BlobContent.Parts(List<PartRef> staged) -> {
                for (PartRef part : staged) {
                    try (PartReader reader = OpeningPartReader.open(parts, order.slot(), part, order.key(), listener)) {
                        long offset = 0;
                        while (offset < part.lengthBytes()) {
                            ByteBuffer run = reader.read(offset, part.lengthBytes());
                            byte[] bytes = new byte[run.remaining()];
                            run.get(bytes);
                            digests.update(bytes, bytes.length);
                            offset += bytes.length;
                        }
                    }
                }
            }
        }
    }

    private static void closeAfter(TwoPhaseWrite.Prepared prepared, Throwable failed) {
        try {
            prepared.close();
        } catch (RuntimeException e) {
            failed.addSuppressed(e);
        }
    }

    /** A body that was read, checked and staged, and awaits its commit. Closing it without one removes it. */
    static final class Staged implements AutoCloseable {
        private final TwoPhaseWrite write;
        private final SlotId slot;
        private final Body body;
        private final TwoPhaseWrite.@Nullable Prepared prepared;

        private Staged(TwoPhaseWrite write, SlotId slot, Body body, TwoPhaseWrite.@Nullable Prepared prepared) {
            this.write = write;
            this.slot = slot;
            this.body = body;
            this.prepared = prepared;
        }

        Body body() {
            return body;
        }

        CommandResult commit(Command command) {
            return prepared == null ? write.commit(slot, command) : prepared.commit(command, Commits::refersToFiles);
        }

        @Override
        public void close() {
            if (prepared != null) {
                prepared.close();
            }
        }
    }
}
