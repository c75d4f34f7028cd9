package dev.skerry.blob.access;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A bucket's policy. What is denied by one statement is denied, whatever the others allow.
 *
 * @param statements at least one
 * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html">Policy
 *     evaluation logic</a>
 */
public record Policy(List<Statement> statements) {
    /** What a policy says of a request. */
    public enum Verdict {
        ALLOWS,
        DENIES,
        SILENT
    }

    /**
     * A verdict, and which statement it is by.
     *
     * @param by null where it is silent
     */
    public record Judgement(Verdict verdict, @Nullable Statement by) {
        static final Judgement SILENT = new Judgement(Verdict.SILENT, null);
    }

    public Policy {
        statements = List.copyOf(statements);
    }

    /** What it says of the request. */
    public Judgement judge(AccessRequest request) {
        Judgement judgement = Judgement.SILENT;
        for (Statement statement : statements) {
            if (statement.effect() == Statement.Effect.ALLOW && judgement.verdict() == Verdict.ALLOWS) {
                continue;
            }
            if (statement.matches(request)) {
                if (statement.effect() == Statement.Effect.DENY) {
                    return new Judgement(Verdict.DENIES, statement);
                }
                judgement = new Judgement(Verdict.ALLOWS, statement);
            }
        }
        return judgement;
    }

    /** Whether it allows anything to anyone at all, as S3 means it. */
    public boolean isPublic() {
        return statements.stream().anyMatch(Statement::isPublic);
    }

    /** Whether a verdict may differ with the tags a blob has. */
    public boolean asksForBlobTags() {
        return statements.stream().anyMatch(Statement::asksForBlobTags);
    }
}
