package dev.skerry.cluster.registry;

import java.nio.charset.StandardCharsets;
import java.util.List;

class StaticRegistryTest extends RegistryContract {
    @Override
    Registry open() {
        return new StaticRegistry(List.of(B, A), "formed".getBytes(StandardCharsets.UTF_8));
    }
}
