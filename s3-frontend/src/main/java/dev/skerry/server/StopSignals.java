package dev.skerry.server;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * SIGTERM and SIGINT as something to wait for. A shutdown hook would not do: the process would end with 143, and a
 * second signal could not be told from the first. The JDK has no other door to signals than {@code sun.misc.Signal},
 * which javac warns of at every use, so it is reached by name.
 */
final class StopSignals {
    private final CountDownLatch first = new CountDownLatch(1);
    private final CountDownLatch second = new CountDownLatch(2);

    private StopSignals() {}

    /** Takes the signals over. */
    static StopSignals install() {
        StopSignals signals = new StopSignals();
        signals.handle("TERM");
        signals.handle("INT");
        return signals;
    }

    /** Those of a server among several in this process, which hear of no signal but by {@link #received}. */
    static StopSignals unheard() {
        return new StopSignals();
    }

    /** Whether there was one already. */
    boolean wereReceived() {
        return first.getCount() == 0;
    }

    /** Waits for the first signal. */
    void awaitFirst() throws InterruptedException {
        first.await();
    }

    /** Waits for the second one, or as long as given; tells whether it came. */
    boolean awaitSecond(long limit, TimeUnit unit) throws InterruptedException {
        return second.await(limit, unit);
    }

    /** Acts as a signal does. */
    void received() {
        first.countDown();
        second.countDown();
    }

    private void handle(String name) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object receiver = Proxy.newProxyInstance(
                    handler.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            received();
                            return null;
                        }
                        return switch (method.getName()) {
                            case "hashCode" -> System.identityHashCode(proxy);
                            case "equals" -> System.identityHashCode(proxy) == System.identityHashCode(arguments[0]);
                            default -> "StopSignals";
                        };
                    });
            Method handle = signal.getMethod("handle", signal, handler);
            handle.invoke(null, signal.getConstructor(String.class).newInstance(name), receiver);
        } catch (InvocationTargetException e) {
            if (!(e.getCause() instanceof IllegalArgumentException)) {
                throw new IllegalStateException("signal " + name, e);
            }
            // the JVM was told to leave signals alone (-Xrs): then its own handling stays
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("signal " + name, e);
        }
    }
}
