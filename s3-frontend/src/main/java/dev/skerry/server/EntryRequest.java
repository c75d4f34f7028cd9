package dev.skerry.server;

import dev.skerry.cluster.peer.PeerAddresses;
import dev.skerry.cluster.raft.RecordCodec;
import dev.skerry.cluster.topology.Admission;
import dev.skerry.config.HostPort;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A node's request to be let into a cluster, on its way to whoever of it answers.
 *
 * @param wire of {@link Doorway#outside}
 */
record EntryRequest(NodeWire wire, Admission admission) {
    private static final RecordCodec CODEC = new RecordCodec();
    private static final Duration CALL = Duration.ofSeconds(20);
    private static final String REFUSED = "answered 403";

    /**
     * Asks one after the other until one decides. One that belongs to another cluster decides only where no other does:
     * the address of a node that is gone may be another's by now. Blocks for twenty seconds an address at the most.
     *
     * @return what was decided; {@code Later} where nobody can say
     * @throws StartException if interrupted
     */
    Admission.Answer ask(List<HostPort> seeds) {
        String reason = "there is nobody to ask";
        Admission.Answer stranger = null;
        for (HostPort seed : seeds) {
            String name = "cluster://" + seed;
            switch (ask(seed)) {
                case Admission.Answer.Admitted admitted -> {
                    return admitted;
                }
                case Admission.Answer.Refused(String said) -> {
                    Admission.Answer refused = new Admission.Answer.Refused(name + " refuses: " + said);
                    if (!said.contains(REFUSED)) {
                        return refused;
                    }
                    stranger = refused;
                }
                case Admission.Answer.Later(String said) -> reason = name + ": " + said;
            }
        }
        return decided(stranger, reason);
    }

    private static Admission.Answer decided(Admission.@Nullable Answer stranger, String reason) {
        return stranger == null ? new Admission.Answer.Later(reason) : stranger;
    }

    private Admission.Answer ask(HostPort seed) {
        wire.addresses().put(Doorway.SEED, new PeerAddresses.Address(seed.host(), seed.port()));
        try {
            byte[] answer = wire.calls()
                    .call(Doorway.SEED, Doorway.SERVICE, CODEC.write(admission))
                    .get(CALL.toMillis(), TimeUnit.MILLISECONDS);
            return CODEC.read(answer, Doorway.Said.class).answer();
        } catch (ExecutionException e) {
            String message =
                    String.valueOf(e.getCause() == null ? e : e.getCause().getMessage());
            return message.contains(REFUSED)
                    ? new Admission.Answer.Refused(message
                            + " (expected: the cluster.name and cluster.secret of that cluster, and a certificate"
                            + " that it believes where it has cluster.tls)")
                    : new Admission.Answer.Later(message);
        } catch (TimeoutException _) {
            return new Admission.Answer.Later("no answer within " + CALL);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartException("interrupted while the cluster was asked to let this node in", e);
        }
    }
}
