package dev.skerry.compat.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;

/**
 * What can go wrong with nodes and with the network between them; which of it comes next is the random numbers' choice.
 */
final class Faults {
    private final Nodes nodes;
    private final Network network;
    private final SplittableRandom random;

    /** One kind of fault, made anew each time with victims of its own. */
    @FunctionalInterface
    private interface Kind {
        Fault make();
    }

    Faults(Nodes nodes, SplittableRandom random) {
        this.nodes = nodes;
        network = nodes.network();
        this.random = random;
    }

    /** What goes wrong next. */
    Fault next() {
        List<Kind> kinds = new ArrayList<>(List.of(
                this::kill,
                this::kill,
                this::pause,
                this::powerCut,
                this::clientsCut,
                this::answersCut,
                this::slowLinks,
                this::lossyLinks,
                this::brokenConnections));
        if (nodes.all().size() > 1) {
            kinds.addAll(List.of(
                    this::isolate, this::isolate, this::deafen, this::mute, this::pairCut, this::killBehindCut));
        }
        Node victim = any();
        SmallDisk disk = victim.means().disk();
        Sabotage sabotage = victim.means().sabotage();
        if (disk != null) {
            kinds.addAll(List.of(() -> diskFull(victim, disk), () -> diskFullAndKill(victim, disk)));
        }
        if (sabotage != null) {
            kinds.add(() -> wrongClock(victim.name(), sabotage));
        }
        if (sabotage != null && nodes.all().size() > 1) {
            // alone, a node sets slots aside after this, which is right for a disk that fails
            kinds.add(() -> new Fault(
                    "fsync of " + victim.name() + " fails",
                    () -> sabotage.fsyncFails(true),
                    () -> sabotage.fsyncFails(false)));
            kinds.add(() -> fsyncFailsAndKill(victim, sabotage));
        }
        return kinds.get(random.nextInt(kinds.size())).make();
    }

    /** How long it goes on. */
    Duration next(Duration least, Duration most) {
        return Duration.ofMillis(random.nextLong(least.toMillis(), most.toMillis()));
    }

    private Node any() {
        return nodes.all().get(random.nextInt(nodes.all().size()));
    }

    private List<Node> others(Node than) {
        return nodes.all().stream()
                .filter(node -> !node.name().equals(than.name()))
                .toList();
    }

    private Fault kill() {
        Node victim = any();
        return new Fault("kill " + victim.name(), victim.server()::kill, victim.server()::start);
    }

    private Fault powerCut() {
        return new Fault(
                "kill all", () -> nodes.all().forEach(node -> node.server().kill()), nodes::start);
    }

    private Fault pause() {
        Node victim = any();
        return new Fault("pause " + victim.name(), () -> victim.signal("STOP"), () -> victim.signal("CONT"));
    }

    /** By less than signatures may be off. */
    private Fault wrongClock(String name, Sabotage sabotage) {
        Duration by = Duration.ofSeconds(random.nextLong(-600, 600));
        return new Fault(
                "clock of " + name + " ahead by " + by.toSeconds() + " s",
                () -> sabotage.clockAhead(by),
                () -> sabotage.clockAhead(Duration.ZERO));
    }

    /**
     * Over only once the node is as it was: what a full disk takes from two of three nodes, one after the other, the
     * third alone cannot give back.
     */
    private static Fault diskFull(Node victim, SmallDisk disk) {
        return new Fault("disk of " + victim.name() + " full", disk::fill, () -> {
            disk.relieve();
            victim.awaitLevel();
        });
    }

    private static Fault diskFullAndKill(Node victim, SmallDisk disk) {
        return new Fault("disk of " + victim.name() + " full, then it is killed", disk::fill, () -> {
            victim.server().kill();
            disk.relieve();
            victim.server().start();
            victim.awaitLevel();
        });
    }

    private static Fault fsyncFailsAndKill(Node victim, Sabotage sabotage) {
        return new Fault(
                "fsync of " + victim.name() + " fails, then it is killed", () -> sabotage.fsyncFails(true), () -> {
                    victim.server().kill();
                    sabotage.fsyncFails(false);
                    victim.server().start();
                });
    }

    private Fault clientsCut() {
        String victim = any().name();
        return Fault.ofNetwork(
                "no requests reach " + victim,
                network,
                net -> net.gate(Network.CLIENTS, victim).hold());
    }

    private Fault answersCut() {
        String victim = any().name();
        return Fault.ofNetwork(
                "no answers come from " + victim,
                network,
                net -> net.gate(victim, Network.CLIENTS).hold());
    }

    private Fault slowLinks() {
        Duration by = next(Duration.ofMillis(5), Duration.ofMillis(200));
        return Fault.ofNetwork(
                "links slow by " + by.toMillis() + " ms", network, net -> net.eachGate(gate -> gate.delay(by)));
    }

    private Fault lossyLinks() {
        int of1000 = random.nextInt(5, 60);
        return Fault.ofNetwork(
                "links break at " + of1000 + " of 1000 pieces",
                network,
                net -> net.eachGate(gate -> gate.lose(of1000)));
    }

    private Fault brokenConnections() {
        return Fault.ofNetwork("all connections break", network, Network::breakConnections);
    }

    private Fault isolate() {
        Node victim = any();
        return Fault.ofNetwork("isolate " + victim.name(), network, net -> {
            deafen(net, victim);
            mute(net, victim);
        });
    }

    private Fault deafen() {
        Node victim = any();
        return Fault.ofNetwork(victim.name() + " hears nobody", network, net -> deafen(net, victim));
    }

    private Fault mute() {
        Node victim = any();
        return Fault.ofNetwork("nobody hears " + victim.name(), network, net -> mute(net, victim));
    }

    private Fault pairCut() {
        List<Node> mixed = new ArrayList<>(nodes.all());
        Collections.shuffle(mixed, Random.from(random));
        String one = mixed.get(0).name();
        String other = mixed.get(1).name();
        return Fault.ofNetwork("cut between " + one + " and " + other, network, net -> {
            net.gate(one, other).hold();
            net.gate(other, one).hold();
        });
    }

    /** Whoever leads on the side that is left may be the one that is killed. */
    private Fault killBehindCut() {
        Node cut = any();
        List<Node> rest = others(cut);
        Node victim = rest.get(random.nextInt(rest.size()));
        return new Fault(
                "isolate " + cut.name() + " and kill " + victim.name(),
                () -> {
                    deafen(network, cut);
                    mute(network, cut);
                    victim.server().kill();
                },
                () -> {
                    network.mend();
                    victim.server().start();
                });
    }

    private void deafen(Network net, Node victim) {
        others(victim).forEach(other -> net.gate(other.name(), victim.name()).hold());
    }

    private void mute(Network net, Node victim) {
        others(victim).forEach(other -> net.gate(victim.name(), other.name()).hold());
    }
}
