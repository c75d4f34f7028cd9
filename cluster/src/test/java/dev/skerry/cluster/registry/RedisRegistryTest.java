package dev.skerry.cluster.registry;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

class RedisRegistryTest extends ServedRegistryContract {
    @Override
    ServerProcess serve(Path in) throws IOException {
        return ServerProcess.redis(in);
    }

    @Override
    Registry open(String address, String ofCluster, Vertx with) {
        return RedisRegistry.open(
                new RegistrySettings(ofCluster, List.of("redis://" + address), null, null, Duration.ofSeconds(5)),
                with);
    }
}
