package dev.skerry.compat.faults;

import dev.skerry.compat.history.Action;
import dev.skerry.compat.history.History;
import dev.skerry.compat.history.Operation;
import dev.skerry.compat.history.Outcome;
import dev.skerry.compat.server.Eventually;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.assertj.core.api.Assertions;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;

/**
 * Clients ask, one fault follows the other, and in the end every key is read once more through every node: what was
 * acknowledged has to be there. Keys are judged as soon as the clients have left them, and all of them in the end.
 */
final class FaultRun {
    private static final List<String> BUCKETS = List.of("plain", "versioned");
    private static final Duration BACK_WITHIN = Duration.ofMinutes(3);
    private static final int FINAL_READERS = 8;
    private static final int ATTEMPTS = 50;

    private final Nodes nodes;
    private final Duration length;
    private final Faults faults;
    private final Values values = new Values();
    private final Surprises surprises = new Surprises();
    private final History history;
    private final Load load;
    private int faultsSoFar;

    FaultRun(Nodes nodes, Duration length, Path historyFile, SplittableRandom random) {
        this.nodes = nodes;
        this.length = length;
        history = new History(historyFile);
        faults = new Faults(nodes, random.split());
        load = new Load(nodes, BUCKETS, values, history, surprises, random.split());
    }

    FaultReport run() throws Throwable {
        try (history) {
            nodes.start();
            makeBuckets();
            load.start();
            try {
                goWrong();
            } finally {
                nodes.network().mend();
                load.end();
            }
            nodes.start();
            allServe();
            readEverything();
            Judge last = new Judge(history);
            last.judge("");
            List<String> violations = new ArrayList<>(surprises.texts());
            violations.addAll(last.violations());
            return new FaultReport(faultsSoFar, load.tally(), last.judged(), last.undecided(), violations);
        }
    }

    private void makeBuckets() throws Throwable {
        allServe();
        try (NodeClient any = nodes.clients(values, surprises).getFirst()) {
            any.s3()
                    .putBucketVersioning(b -> b.bucket(BUCKETS.getLast())
                            .versioningConfiguration(v -> v.status(BucketVersioningStatus.ENABLED)));
        }
    }

    private void goWrong() throws Throwable {
        Judge early = new Judge(history);
        long begin = System.nanoTime();
        long judged = 0;
        while (System.nanoTime() - begin < length.toNanos()) {
            Fault fault = faults.next();
            Duration lasting = faults.next(Duration.ofMillis(300), Duration.ofSeconds(5));
            fault.begin().run();
            LockSupport.parkNanos(lasting.toNanos());
            nodes.network().mend();
            fault.end().run();
            faultsSoFar++;
            LockSupport.parkNanos(
                    faults.next(Duration.ofMillis(200), Duration.ofSeconds(3)).toNanos());
            for (; judged < load.earliestRound(); judged++) {
                early.judge(load.bucket(judged) + "/" + Load.prefix(judged));
            }
            System.out.printf(
                    "faults: %4d of %d s, %s for %.1f s; %s; %d keys judged, %d violations%n",
                    Duration.ofNanos(System.nanoTime() - begin).toSeconds(),
                    length.toSeconds(),
                    fault.name(),
                    lasting.toMillis() / 1000.0,
                    load.tally(),
                    early.judged(),
                    early.violations().size() + surprises.texts().size());
        }
    }

    /** Every node takes writes, and makes the buckets where they are not there yet. */
    private void allServe() throws Throwable {
        for (NodeClient client : nodes.clients(values, surprises)) {
            try (client) {
                Eventually.holds(
                        BACK_WITHIN,
                        () -> Assertions.assertThatCode(() -> BUCKETS.forEach(bucket -> probe(client.s3(), bucket)))
                                .as("%s takes writes", client.name())
                                .doesNotThrowAnyException());
            }
        }
    }

    private static void probe(S3Client client, String bucket) {
        if (client.listBuckets().buckets().stream().noneMatch(b -> b.name().equals(bucket))) {
            client.createBucket(b -> b.bucket(bucket));
        }
        client.putObject(b -> b.bucket(bucket).key("probe"), RequestBody.fromString("probe"));
    }

    private void readEverything() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(
                FINAL_READERS, Thread.ofVirtual().name("final-reader-", 0).factory())) {
            List<Callable<Boolean>> reads = new ArrayList<>();
            List<NodeClient> clients = nodes.clients(values, surprises);
            for (String path : history.keys("")) {
                clients.forEach(client -> reads.add(() -> readAtLast(path, client)));
            }
            for (Future<Boolean> read : threads.invokeAll(reads)) {
                read.get();
            }
            clients.forEach(NodeClient::close);
        }
    }

    /** Nothing goes wrong any more, so that an answer has to come. */
    private boolean readAtLast(String path, NodeClient client) {
        String[] bucketAndKey = path.split("/", 2);
        Asked asked = new Asked(bucketAndKey[0], bucketAndKey[1], Action.READ, null, null);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            long called = System.nanoTime();
            Answer answer = client.ask(asked);
            if (answer.outcome() == Outcome.DONE) {
                history.add(new Operation(
                        -1,
                        client.name(),
                        path,
                        Action.READ,
                        null,
                        null,
                        Outcome.DONE,
                        answer.seen(),
                        called,
                        System.nanoTime()));
                return true;
            }
            LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
        }
        surprises.add(path + " cannot be read through " + client.name() + " at the end");
        return false;
    }
}
