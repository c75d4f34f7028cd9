package dev.skerry.compat.faults;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Carries connections to one server, from one of those who ask it. What is asked passes one gate and what is answered
 * the other, so that either way can be cut by itself.
 */
final class Link implements AutoCloseable {
    private static final int PIECE = 16_384;
    private static final int CONNECT_WITHIN_MILLIS = 2_000;
    private static final int BACKLOG = 256;

    private final Gate there;
    private final Gate back;
    private final int port;
    private final ServerSocket listener;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    /**
     * A link that listens.
     *
     * @param there the gate of what is asked
     * @param back the gate of what is answered
     * @param port where the server listens on loopback
     */
    Link(Gate there, Gate back, int port) {
        this.there = there;
        this.back = back;
        this.port = port;
        try {
            listener = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().name("link").start(this::accept);
    }

    /** Where it is spoken to. */
    String address() {
        return "127.0.0.1:" + listener.getLocalPort();
    }

    /** Breaks every connection that is open; new ones are carried. */
    void breakConnections() {
        open.forEach(Link::end);
    }

    private void accept() {
        try {
            while (!listener.isClosed()) {
                Socket in = listener.accept();
                Thread.ofVirtual().name("link-connection").start(() -> carry(in));
            }
        } catch (IOException closed) {
            breakConnections();
        }
    }

    private void carry(Socket in) {
        Socket out = new Socket();
        open.add(in);
        open.add(out);
        try (in;
                out) {
            there.pass();
            out.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_WITHIN_MILLIS);
            in.setTcpNoDelay(true);
            out.setTcpNoDelay(true);
            Thread answers = Thread.ofVirtual().name("link-answers").start(() -> copy(out, in, back));
            copy(in, out, there);
            answers.join();
        } catch (IOException e) {
            end(in);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(in);
            open.remove(out);
        }
    }

    private static void copy(Socket from, Socket to, Gate gate) {
        byte[] piece = new byte[PIECE];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
                gate.pass();
                out.write(piece, 0, read);
            }
            gate.pass();
            to.shutdownOutput();
        } catch (IOException broken) {
            end(from);
            end(to);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** With a reset rather than an orderly end, which would claim that everything arrived. */
    private static void end(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            // it is closed, which was wanted
            return;
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        breakConnections();
    }
}
