package dev.skerry.blob.commit;

import dev.skerry.blob.BlobAttributes;
import dev.skerry.blob.BlobId;
import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.Retention;
import dev.skerry.blob.StoredBlob;
import dev.skerry.blob.commit.Command.AbortUpload;
import dev.skerry.blob.commit.Command.AddUploadPart;
import dev.skerry.blob.commit.Command.BeginUpload;
import dev.skerry.blob.commit.Command.CompleteUpload;
import dev.skerry.blob.commit.Command.Upload;
import dev.skerry.blob.commit.Command.UploadPart;
import dev.skerry.blob.commit.CommandResult.Refused;
import dev.skerry.blob.commit.CommandResult.Written;
import dev.skerry.blob.event.StorageEvent.Cause;
import dev.skerry.blob.failure.StoreFailure;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The rules of multipart uploads; {@link JoinedParts} judges the parts of a completion. */
final class UploadRules {
    private final SlotTables tables;

    UploadRules(SlotTables tables) {
        this.tables = tables;
    }

    CommandResult begin(BeginUpload command) {
        Optional<StoreFailure> over =
                Locks.over(command.upload().attributes(), command.origin().at());
        if (over.isPresent()) {
            return new Refused(over.get());
        }
        tables.insertUpload(command.upload());
        return new CommandResult.UploadBegun(command.upload());
    }

    CommandResult addPart(AddUploadPart command) {
        if (tables.upload(command.path(), command.uploadId()).isEmpty()) {
            return noSuchUpload(command.path(), command.uploadId());
        }
        tables.putUploadPart(
                command.uploadId(), command.part(), command.origin().at());
        return new CommandResult.PartAdded(command.part());
    }

    CommandResult abort(AbortUpload command) {
        if (tables.upload(command.path(), command.uploadId()).isEmpty()) {
            return noSuchUpload(command.path(), command.uploadId());
        }
        tables.removeUpload(command.uploadId(), Set.of(), command.origin().at());
        return new CommandResult.Done();
    }

    CommandResult complete(CompleteUpload command) {
        Optional<Upload> upload = tables.upload(command.path(), command.uploadId());
        if (upload.isEmpty()) {
            // Its result counts as long as it stands; deleted or replaced, the upload is as unknown as any other.
            return tables.byUpload(command.path(), command.uploadId())
                    .filter(BlobMeta::visible)
                    .<CommandResult>map(meta -> new Written(meta, true))
                    .orElseGet(() -> noSuchUpload(command.path(), command.uploadId()));
        }
        JoinedParts.Outcome outcome = JoinedParts.of(upload.get(), command, tables.uploadParts(command.uploadId()));
        return switch (outcome) {
            case JoinedParts.Flawed(var failure) -> new Refused(failure);
            case JoinedParts.Joined joined -> write(command, upload.get(), joined);
        };
    }

    private CommandResult write(CompleteUpload command, Upload upload, JoinedParts.Joined joined) {
        PathRows rows = new PathRows(tables, command.path());
        Optional<BlobMeta> newest = rows.newest();
        Optional<BlobMeta> current = rows.current(newest);
        Instant at = command.origin().at();
        Optional<StoreFailure> refusal = Conditions.violated(command.preconditions(), command.path(), current, newest)
                .or(() -> rows.wayBlocked(current, command.versioning(), at));
        if (refusal.isPresent()) {
            return new Refused(refusal.get());
        }
        rows.makeWay(current, command.versioning(), at);
        NewRow row = new NewRow(
                command.origin(),
                command.path(),
                PathRows.after(newest),
                command.blobId(),
                PathRows.writesNullVersion(command.versioning()));
        StoredBlob blob = row.live(joined.body(), joined.summaries(), attributes(command, upload), null);
        // The upload goes last: until the new generation refers to its files, nothing but the upload does.
        tables.insert(blob, command.uploadId());
        Set<BlobId> kept = joined.parts().stream().map(UploadPart::folder).collect(Collectors.toSet());
        tables.removeUpload(command.uploadId(), kept, at);
        tables.append(NewRow.created(blob.meta(), command.origin(), Cause.MULTIPART));
        return new Written(blob.meta(), false);
    }

    private static BlobAttributes attributes(CompleteUpload command, Upload upload) {
        Retention retention = command.defaultRetention();
        return retention == null ? upload.attributes() : upload.attributes().withDefault(retention);
    }

    private static CommandResult noSuchUpload(BlobPath path, BlobId uploadId) {
        return new Refused(new StoreFailure.NoSuchUpload(path, uploadId.value()));
    }
}
