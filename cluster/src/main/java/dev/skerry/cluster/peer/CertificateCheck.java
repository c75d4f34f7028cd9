package dev.skerry.cluster.peer;

import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** Whether the certificate of a connection is that of the node in whose name is spoken there. */
final class CertificateCheck implements RequestCheck {
    private final NodeCertificates certificates;
    private final RequestCheck words;

    /** Over what judges the words themselves. */
    CertificateCheck(NodeCertificates certificates, RequestCheck words) {
        this.certificates = certificates;
        this.words = words;
    }

    @Override
    public Verdict judge(@Nullable String header, RequestProof.Line line, @Nullable SSLSession session) {
        return switch (certificates.judge(session, CertificatePath.Use.CALLING)) {
            case CertificateVerdict.Refused(Refusal reason, String detail) ->
                // who says nothing either is no node
                header == null && reason == Refusal.UNCERTIFIED
                        ? new Verdict.Refused(Refusal.MISSING)
                        : new Verdict.Refused(reason, detail);
            case CertificateVerdict.Believed believed ->
                switch (words.judge(header, line, session)) {
                    case Verdict.Refused refused -> refused;
                    case Verdict.OtherRun(Evidence evidence)
                    when isFor(believed, evidence.caller()) -> new Verdict.OtherRun(evidence);
                    case Verdict.Proved(Evidence evidence)
                    when isFor(believed, evidence.caller()) -> new Verdict.Proved(new RequestCheck.Certified(evidence));
                    case Verdict.OtherRun(Evidence evidence) -> impostor(believed, evidence);
                    case Verdict.Proved(Evidence evidence) -> impostor(believed, evidence);
                };
        };
    }

    private static boolean isFor(CertificateVerdict.Believed believed, NodeId caller) {
        return believed.names().contains(caller.value());
    }

    private static Verdict impostor(CertificateVerdict.Believed believed, Evidence evidence) {
        return new Verdict.Refused(
                Refusal.IMPOSTOR,
                "it is for " + NodeCertificates.printable(believed.names().toString()) + ", and who shows it speaks as "
                        + evidence.caller().value());
    }
}
