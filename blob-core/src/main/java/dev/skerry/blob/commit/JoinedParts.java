package dev.skerry.blob.commit;

import dev.skerry.blob.BlobContent;
import dev.skerry.blob.Checksum;
import dev.skerry.blob.PartRef;
import dev.skerry.blob.Sha256;
import dev.skerry.blob.UploadPartSummary;
import dev.skerry.blob.commit.Command.Body;
import dev.skerry.blob.commit.Command.CompleteUpload;
import dev.skerry.blob.commit.Command.NamedPart;
import dev.skerry.blob.commit.Command.Upload;
import dev.skerry.blob.commit.Command.UploadPart;
import dev.skerry.blob.failure.StoreFailure;
import dev.skerry.blob.failure.StoreFailure.InvalidPart;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Judges the parts a completion names and joins them into one body. */
final class JoinedParts {
    private JoinedParts() {}

    /** Whether the parts can be joined. */
    sealed interface Outcome {}

    /**
     * They can.
     *
     * @param parts as they were uploaded, in the order of the blob
     * @param body what they make together
     */
    record Joined(List<UploadPart> parts, Body body) implements Outcome {
        /** The parts as reads by part number show them. */
        List<UploadPartSummary> summaries() {
            return parts.stream()
                    .map(part -> new UploadPartSummary(part.number(), part.sizeBytes(), part.etag(), part.checksums()))
                    .toList();
        }
    }

    /** They cannot. */
    record Flawed(StoreFailure failure) implements Outcome {}

    /**
     * Joins the parts that {@code command} names of those that {@code uploaded} has, or says what is wrong with them.
     */
    static Outcome of(Upload upload, CompleteUpload command, List<UploadPart> uploaded) {
        Map<Integer, UploadPart> byNumber =
                uploaded.stream().collect(Collectors.toMap(UploadPart::number, Function.identity()));
        WholeChecksum whole = new WholeChecksum(upload, command.checksum());
        Optional<StoreFailure> flaw = outOfOrder(command)
                .or(() -> mismatch(command, byNumber))
                .or(() -> tooSmall(command, byNumber))
                .or(() -> whole.misnamed(command.parts()));
        if (flaw.isPresent()) {
            return new Flawed(flaw.get());
        }
        List<UploadPart> parts =
                command.parts().stream().map(part -> require(byNumber, part)).toList();
        Optional<Checksum> checksum = whole.compute(parts);
        Optional<StoreFailure> contradiction = whole.contradiction(checksum);
        if (contradiction.isPresent()) {
            return new Flawed(contradiction.get());
        }
        return new Joined(parts, join(parts, checksum.stream().toList()));
    }

    private static Optional<StoreFailure> outOfOrder(CompleteUpload command) {
        List<NamedPart> named = command.parts();
        if (named.isEmpty()) {
            return Optional.of(new StoreFailure.InvalidRequest("an upload is completed from one part or more"));
        }
        for (int i = 1; i < named.size(); i++) {
            if (named.get(i).number() <= named.get(i - 1).number()) {
                return Optional.of(new StoreFailure.InvalidPartOrder(
                        command.uploadId().value(), named.get(i).number()));
            }
        }
        return Optional.empty();
    }

    private static Optional<StoreFailure> mismatch(CompleteUpload command, Map<Integer, UploadPart> byNumber) {
        for (NamedPart claim : command.parts()) {
            UploadPart part = byNumber.get(claim.number());
            String reason = part == null ? "was not uploaded" : difference(claim, part);
            if (reason != null) {
                return Optional.of(new InvalidPart(command.uploadId().value(), claim.number(), claim.etag(), reason));
            }
        }
        return Optional.empty();
    }

    private static @Nullable String difference(NamedPart claim, UploadPart part) {
        if (!claim.etag().equals(part.etag())) {
            return "its ETag is " + part.etag() + " (expected: " + claim.etag() + ")";
        }
        for (Checksum expected : claim.checksums()) {
            boolean same = part.checksums().stream()
                    .anyMatch(actual -> actual.algorithm() == expected.algorithm()
                            && actual.value().equals(expected.value()));
            if (!same) {
                return "its " + expected.algorithm() + " is not " + expected.value();
            }
        }
        return null;
    }

    private static Optional<StoreFailure> tooSmall(CompleteUpload command, Map<Integer, UploadPart> byNumber) {
        return command.parts().stream()
                .limit(command.parts().size() - 1L)
                .map(claim -> require(byNumber, claim))
                .filter(part -> part.sizeBytes() < command.minimumPartBytes())
                .findFirst()
                .map(part -> new StoreFailure.PartTooSmall(
                        part.number(), part.sizeBytes(), command.minimumPartBytes(), part.etag()));
    }

    private static UploadPart require(Map<Integer, UploadPart> byNumber, NamedPart named) {
        return Objects.requireNonNull(byNumber.get(named.number()));
    }

    private static Body join(List<UploadPart> parts, List<Checksum> checksums) {
        List<PartRef> refs = new ArrayList<>();
        MessageDigest md5 = md5();
        long offset = 0;
        for (UploadPart part : parts) {
            md5.update(HexFormat.of().parseHex(part.etag()));
            for (PartRef ref : part.parts()) {
                refs.add(ref.at(refs.size(), offset + ref.offsetBytes(), part.number()));
            }
            offset += part.sizeBytes();
        }
        String etag = HexFormat.of().formatHex(md5.digest()) + "-" + parts.size();
        BlobContent content = refs.isEmpty() ? BlobContent.EMPTY : new BlobContent.Parts(refs);
        return new Body(offset, etag, wholeDigest(refs), checksums, content);
    }

    /** The whole content's digest where one stored part holds all of it as it came. */
    private static @Nullable Sha256 wholeDigest(List<PartRef> refs) {
        boolean known = refs.size() == 1 && refs.getFirst().codec().equals(PartRef.PLAIN);
        return known ? refs.getFirst().sha256() : null;
    }

    private static MessageDigest md5() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has MD5", e);
        }
    }
}
