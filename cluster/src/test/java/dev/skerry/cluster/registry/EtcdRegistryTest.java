package dev.skerry.cluster.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class EtcdRegistryTest extends ServedRegistryContract {
    @Override
    ServerProcess serve(Path in) throws IOException {
        return ServerProcess.etcd(in);
    }

    @Override
    Registry open(String address, String ofCluster, Vertx with) throws IOException {
        return EtcdRegistry.open(
                new RegistrySettings(ofCluster, List.of("http://" + address), null, null, Duration.ofSeconds(5)));
    }

    @Test
    void aChangeIsToldToWhoWatches() throws Exception {
        Registry ofA = opened();
        CountDownLatch changes = new CountDownLatch(2);
        ofA.watch(changes::countDown);
        Registry ofB = opened();
        // a watch begins in its own time, so there are changes until it has
        Until.isTrue(60, "changes are told", () -> {
            ofB.register(B, LONG);
            ofB.leave(B.id());
            return changes.await(100, TimeUnit.MILLISECONDS);
        });
        assertThat(changes.getCount()).isZero();
    }
}
