package dev.skerry.blob.commit;

import dev.skerry.blob.BlobAttributes;
import dev.skerry.blob.BlobContent;
import dev.skerry.blob.BlobId;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.Checksum;
import dev.skerry.blob.ChecksumAlgorithm;
import dev.skerry.blob.Durability;
import dev.skerry.blob.Generation;
import dev.skerry.blob.PartRef;
import dev.skerry.blob.PlacementGroup;
import dev.skerry.blob.Sha256;
import dev.skerry.blob.VersionSelector;
import dev.skerry.blob.checksum.RunningChecksum;
import dev.skerry.blob.clock.BlobIds;
import dev.skerry.blob.clock.HlcClock;
import dev.skerry.blob.clock.HlcTimestamp;
import dev.skerry.blob.commit.Command.Body;
import dev.skerry.blob.commit.Command.NamedPart;
import dev.skerry.blob.commit.Command.Origin;
import dev.skerry.blob.commit.Command.Upload;
import dev.skerry.blob.commit.Command.UploadPart;
import dev.skerry.blob.commit.Command.Versioning;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Makes commands for tests: times from a clock that moves only when told, ids from it, bodies from text. Everything is
 * the same in each run.
 */
public final class Commands {
    /** When the first command is made. */
    public static final Instant START = Instant.parse("2026-01-02T03:04:05.678Z");

    /** Who owns all blobs. */
    public static final String OWNER = "owner-1";

    private final AtomicLong millis = new AtomicLong(START.toEpochMilli());
    private final HlcClock clock = new HlcClock(() -> Instant.ofEpochMilli(millis.get()));
    private final BlobIds ids = new BlobIds(clock, new Random(1));

    /** Moves the clock on. */
    public void advance(Duration time) {
        millis.addAndGet(time.toMillis());
    }

    /** The time of day the next command is made at. */
    public Instant now() {
        return Instant.ofEpochMilli(millis.get());
    }

    /** A fresh id. */
    public BlobId id() {
        return ids.next();
    }

    /** The origin of a command made now. */
    public Origin origin() {
        return origin(Durability.ALWAYS);
    }

    /** The origin of a command made now that asks for less. */
    public Origin origin(Durability durability) {
        HlcTimestamp hlc = clock.now();
        return new Origin(PlacementGroup.ZERO, hlc, "local", durability);
    }

    /** A path in the bucket {@code bucket}. */
    public static BlobPath path(String key) {
        return BlobPath.of("bucket", key);
    }

    /** A write of a body that lives inline. */
    public Command.PutBlob put(BlobPath path, String text, Versioning versioning, Precondition... preconditions) {
        return put(path, inline(text), versioning, preconditions);
    }

    /** A write of any body. */
    public Command.PutBlob put(BlobPath path, Body body, Versioning versioning, Precondition... preconditions) {
        return new Command.PutBlob(
                origin(),
                path,
                id(),
                versioning,
                List.of(preconditions),
                body,
                BlobAttributes.ownedBy(OWNER),
                null,
                null);
    }

    /** The same write with a number and a write id of the client's. */
    public static Command.PutBlob asked(Command.PutBlob put, @Nullable Long generation, @Nullable String writeId) {
        return new Command.PutBlob(
                put.origin(),
                put.path(),
                put.blobId(),
                put.versioning(),
                put.preconditions(),
                put.body(),
                put.attributes(),
                generation == null ? null : new Generation(generation),
                writeId);
    }

    /** A delete that names no version. */
    public Command.DeleteBlob delete(BlobPath path, Versioning versioning, Precondition... preconditions) {
        return new Command.DeleteBlob(origin(), path, id(), versioning, List.of(preconditions));
    }

    /** A delete of one version. */
    public Command.DeleteVersion deleteVersion(BlobPath path, VersionSelector selector, Precondition... preconditions) {
        return new Command.DeleteVersion(origin(), path, selector, List.of(preconditions), false);
    }

    /** An undelete, of a generation if one is given. */
    public Command.Undelete undelete(BlobPath path, @Nullable Long generation) {
        return new Command.Undelete(origin(), path, generation == null ? null : new Generation(generation));
    }

    /** New tags. */
    public Command.SetTags setTags(BlobPath path, VersionSelector selector, Map<String, String> tags) {
        return new Command.SetTags(origin(), path, selector, tags);
    }

    /** Another access control list. */
    public Command.SetAcl setAcl(BlobPath path, VersionSelector selector, @Nullable String acl) {
        return new Command.SetAcl(origin(), path, selector, acl);
    }

    /** The opening of an upload. */
    public Command.BeginUpload begin(
            BlobPath path, @Nullable ChecksumAlgorithm algorithm, Checksum.@Nullable Type type) {
        Origin origin = origin();
        return new Command.BeginUpload(
                origin, new Upload(id(), path, BlobAttributes.ownedBy(OWNER), OWNER, algorithm, type, origin.at()));
    }

    /** A part of an upload with bytes in files of its own. */
    public Command.AddUploadPart addPart(Upload upload, int number, String text, ChecksumAlgorithm... algorithms) {
        Origin origin = origin();
        BlobId folder = id();
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        UploadPart part = new UploadPart(
                number,
                folder,
                bytes.length,
                md5(bytes),
                Arrays.stream(algorithms)
                        .map(algorithm -> checksum(algorithm, bytes))
                        .toList(),
                files(folder, bytes, Integer.MAX_VALUE),
                origin.at());
        return new Command.AddUploadPart(origin, upload.path(), upload.uploadId(), part);
    }

    /** A completion from the parts named, whose minimum is one byte. */
    public Command.CompleteUpload complete(
            Upload upload, List<NamedPart> parts, Versioning versioning, Precondition... preconditions) {
        return new Command.CompleteUpload(
                origin(),
                upload.path(),
                upload.uploadId(),
                id(),
                versioning,
                List.of(preconditions),
                parts,
                1,
                null,
                null);
    }

    /** A part as an honest client names it. */
    public static NamedPart named(UploadPart part) {
        return new NamedPart(part.number(), part.etag(), part.checksums());
    }

    /** A purge of everything hidden or deleted before {@code before}. */
    public Command.Purge purge(Instant before, int limit) {
        return new Command.Purge(origin(), before, before, limit);
    }

    /** A body that lives in the command. */
    public static Body inline(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return new Body(bytes.length, md5(bytes), sha256(bytes), List.of(), new BlobContent.Inline(bytes, (int)
                crc32c(bytes, 0, bytes.length)));
    }

    /** A body in files of {@code fileBytes} bytes each under {@code folder}; the whole's digest is not known. */
    public static Body inFiles(BlobId folder, String text, int fileBytes) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return new Body(
                bytes.length,
                md5(bytes),
                null,
                List.of(checksum(ChecksumAlgorithm.CRC32C, bytes)),
                new BlobContent.Parts(files(folder, bytes, fileBytes)));
    }

    private static List<PartRef> files(BlobId folder, byte[] bytes, int fileBytes) {
        List<PartRef> parts = new ArrayList<>();
        for (int offset = 0; offset < bytes.length; offset += fileBytes) {
            int length = Math.min(fileBytes, bytes.length - offset);
            byte[] run = Arrays.copyOfRange(bytes, offset, offset + length);
            int index = parts.size();
            parts.add(new PartRef(
                    index,
                    offset,
                    length,
                    length,
                    sha256(run),
                    PartRef.PLAIN,
                    new PartRef.Place(folder, index),
                    null,
                    blockChecksums(run)));
        }
        return parts;
    }

    private static byte[] blockChecksums(byte[] bytes) {
        int blocks = (bytes.length + PartRef.BLOCK_BYTES - 1) / PartRef.BLOCK_BYTES;
        ByteBuffer checksums = ByteBuffer.allocate(blocks * Integer.BYTES);
        for (int offset = 0; offset < bytes.length; offset += PartRef.BLOCK_BYTES) {
            checksums.putInt((int) crc32c(bytes, offset, Math.min(PartRef.BLOCK_BYTES, bytes.length - offset)));
        }
        return checksums.array();
    }

    private static long crc32c(byte[] bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, offset, length);
        return crc.getValue();
    }

    /** A checksum over bytes. */
    public static Checksum checksum(ChecksumAlgorithm algorithm, byte[] bytes) {
        RunningChecksum running = RunningChecksum.of(algorithm);
        running.update(bytes, 0, bytes.length);
        return running.finish();
    }

    /** Hexadecimal MD5. */
    public static String md5(byte[] bytes) {
        return digest("MD5", bytes);
    }

    /** SHA-256. */
    public static Sha256 sha256(byte[] bytes) {
        return new Sha256(digest("SHA-256", bytes));
    }

    private static String digest(String algorithm, byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
