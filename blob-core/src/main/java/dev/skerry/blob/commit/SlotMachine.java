package dev.skerry.blob.commit;

import dev.skerry.blob.commit.Command.AbortUpload;
import dev.skerry.blob.commit.Command.AddUploadPart;
import dev.skerry.blob.commit.Command.ApplyRule;
import dev.skerry.blob.commit.Command.Barrier;
import dev.skerry.blob.commit.Command.BeginUpload;
import dev.skerry.blob.commit.Command.CompleteUpload;
import dev.skerry.blob.commit.Command.DeleteBlob;
import dev.skerry.blob.commit.Command.DeleteVersion;
import dev.skerry.blob.commit.Command.FenceBucket;
import dev.skerry.blob.commit.Command.ForgetGarbage;
import dev.skerry.blob.commit.Command.ImportBlob;
import dev.skerry.blob.commit.Command.Purge;
import dev.skerry.blob.commit.Command.PutBlob;
import dev.skerry.blob.commit.Command.SetAcl;
import dev.skerry.blob.commit.Command.SetLegalHold;
import dev.skerry.blob.commit.Command.SetRetention;
import dev.skerry.blob.commit.Command.SetTags;
import dev.skerry.blob.commit.Command.TrimEvents;
import dev.skerry.blob.commit.Command.Undelete;
import dev.skerry.blob.failure.StoreFailure;

/**
 * The rules of a slot: applies commands to its rows. Deterministic: the same commands in the same order, the same rows.
 *
 * <p>What holds of every path between two commands:
 *
 * <ul>
 *   <li>a path with visible generations has exactly one {@code latest}, the visible one of the highest number; a path
 *       without has none;
 *   <li>at most one visible generation is the null version;
 *   <li>a new generation's number is above those of all rows the path has or has had since it was last without any;
 *   <li>a generation that was visible and locked at the time of the second command is visible still, unless that
 *       command set its retention aside.
 * </ul>
 */
public final class SlotMachine {
    /** Applies one command inside the transaction behind {@code tables}. A refusal leaves the tables untouched. */
    public CommandResult apply(SlotTables tables, Command command) {
        Command.BucketEpoch known = command.origin().bucket();
        if (known != null && known.epoch() < tables.fence(known.bucket())) {
            return new CommandResult.Refused(new StoreFailure.BucketChanged(known.bucket()));
        }
        return switch (command) {
            case PutBlob put -> new Writes(tables).put(put);
            case ImportBlob imported -> new Imports(tables).importBlob(imported);
            case Undelete undelete -> new Writes(tables).undelete(undelete);
            case SetTags setTags -> new Amendments(tables).setTags(setTags);
            case SetAcl set -> new Amendments(tables).setAcl(set);
            case SetRetention set -> new Amendments(tables).setRetention(set);
            case SetLegalHold set -> new Amendments(tables).setLegalHold(set);
            case DeleteBlob delete -> new Deletes(tables).deleteBlob(delete);
            case DeleteVersion delete -> new Deletes(tables).deleteVersion(delete);
            case ApplyRule apply -> new AppliedRules(tables).apply(apply);
            case BeginUpload begin -> new UploadRules(tables).begin(begin);
            case AddUploadPart add -> new UploadRules(tables).addPart(add);
            case AbortUpload abort -> new UploadRules(tables).abort(abort);
            case CompleteUpload complete -> new UploadRules(tables).complete(complete);
            case Purge purge -> new Purging(tables).purge(purge);
            case ForgetGarbage forget -> {
                tables.forgetGarbage(forget.folders());
                yield new CommandResult.Done();
            }
            case TrimEvents trim -> {
                tables.trimEvents(trim.upToSequenceInclusive());
                yield new CommandResult.Done();
            }
            case FenceBucket fence -> {
                tables.setFence(fence.name(), Math.max(fence.epoch(), tables.fence(fence.name())));
                yield new CommandResult.Done();
            }
            case Barrier _ -> new CommandResult.Done();
        };
    }
}
