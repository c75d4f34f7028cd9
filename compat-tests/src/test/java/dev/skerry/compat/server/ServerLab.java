package dev.skerry.compat.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The servers, registries and temporary folder of one test. Closing it ends all of them and removes the folder. */
public final class ServerLab implements AutoCloseable {
    private final Path folder;
    private final List<SkerryServer> servers = new ArrayList<>();
    private final List<RegistryServer> registries = new ArrayList<>();

    ServerLab() {
        try {
            folder = Files.createTempDirectory("skerry-compat-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A folder that goes away with the lab; not yet created. */
    public Path path(String name) {
        return folder.resolve(name);
    }

    /** A server with default settings on a fresh data folder, not started. */
    public SkerryServer server() {
        return server(Settings.of(path("data-" + servers.size())));
    }

    /** A server, not started. */
    public SkerryServer server(Settings settings) {
        SkerryServer server = new SkerryServer(settings);
        servers.add(server);
        return server;
    }

    /** An etcd that runs. */
    public RegistryServer etcd() throws Throwable {
        return keep(RegistryServer.etcd(path("etcd-" + registries.size())));
    }

    /** A Redis that runs. */
    public RegistryServer redis() throws Throwable {
        return keep(RegistryServer.redis(path("redis-" + registries.size())));
    }

    private RegistryServer keep(RegistryServer started) {
        registries.add(started);
        return started;
    }

    /** What the servers printed last. */
    String logs() {
        StringBuilder text = new StringBuilder();
        for (SkerryServer server : servers) {
            text.append("--- server on ")
                    .append(server.s3())
                    .append('\n')
                    .append(server.tail(150))
                    .append('\n');
        }
        return text.toString();
    }

    /** Ends whatever still runs. */
    public void endServers() {
        servers.forEach(SkerryServer::close);
    }

    @Override
    public void close() {
        endServers();
        registries.forEach(RegistryServer::close);
        deleteTree(folder);
    }

    /** Removes a folder and what is in it. */
    public static void deleteTree(Path top) {
        try {
            Files.walkFileTree(top, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.deleteIfExists(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException failure) {
                    return FileVisitResult.CONTINUE; // a server that is going down removed it first
                }

                @Override
                public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
                        throws IOException {
                    Files.deleteIfExists(directory);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
