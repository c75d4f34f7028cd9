package dev.skerry.cluster.registry;

import io.scalecube.cluster.transport.api.Message;
import io.scalecube.cluster.transport.api.Transport;
import java.io.IOException;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.BufferOverflowStrategy;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A {@link GossipTransport} as the library sees it. Loses what arrives faster than it is taken up. */
final class SwimTransport implements Transport {
    private static final Logger log = LoggerFactory.getLogger(SwimTransport.class);
    private static final int WAITING_MESSAGES = 1024;

    private final GossipTransport transport;
    private final GossipPackets packets = new GossipPackets();
    private final Sinks.Many<Message> arriving = Sinks.many().multicast().directBestEffort();
    private final Object turn = new Object();
    private volatile boolean stopped;

    SwimTransport(GossipTransport transport) {
        this.transport = transport;
    }

    @Override
    public String address() {
        return transport.self().toString();
    }

    @Override
    public Mono<Transport> start() {
        return Mono.fromSupplier(() -> {
            transport.receive(this::take);
            return this;
        });
    }

    @Override
    public Mono<Void> stop() {
        return Mono.fromRunnable(() -> {
            stopped = true;
            synchronized (turn) {
                Sinks.EmitResult _ = arriving.tryEmitComplete();
            }
        });
    }

    @Override
    public boolean isStopped() {
        return stopped;
    }

    @Override
    public Mono<Void> send(String address, Message message) {
        return Mono.defer(() -> {
            GossipAddress to =
                    GossipAddress.parse(address).orElseThrow(() -> new IllegalArgumentException("address: " + address));
            try {
                byte[] packet = packets.write(message);
                // given up with whoever waits: a failure that comes after that is nobody's
                return Mono.fromFuture(() -> transport.send(to, packet));
            } catch (IOException e) {
                return Mono.error(e);
            }
        });
    }

    /** The answer is a message of its own that names the request. */
    @Override
    public Mono<Message> requestResponse(String address, Message request) {
        String id = Objects.requireNonNull(request.correlationId(), "requests are named");
        Flux<Message> answer = listen().filter(message -> id.equals(message.correlationId()));
        return Flux.merge(answer, send(address, request).then(Mono.<Message>empty()))
                .next();
    }

    @Override
    public Flux<Message> listen() {
        return arriving.asFlux().onBackpressureBuffer(WAITING_MESSAGES, BufferOverflowStrategy.DROP_OLDEST);
    }

    private void take(byte[] packet) {
        if (stopped) {
            return;
        }
        Message message;
        try {
            message = packets.read(packet);
        } catch (IOException e) {
            log.warn("a packet of gossip cannot be read bytes={} reason={}", packet.length, String.valueOf(e));
            return;
        }
        synchronized (turn) {
            Sinks.EmitResult _ = arriving.tryEmitNext(message);
        }
    }
}
