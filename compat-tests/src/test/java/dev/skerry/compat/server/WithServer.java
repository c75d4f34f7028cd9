package dev.skerry.compat.server;

import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.StoreScope;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests the server that the whole run shares ({@link SkerryServer} as a parameter) or the means to start their
 * own ({@link ServerLab}). A failed test prints what the servers printed.
 */
public final class WithServer implements ParameterResolver, AfterTestExecutionCallback {
    private static final Namespace NAMESPACE = Namespace.create(WithServer.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == SkerryServer.class || type == ServerLab.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == SkerryServer.class
                ? shared(context)
                : context.getStore(NAMESPACE).computeIfAbsent(ServerLab.class, _ -> new ServerLab(), ServerLab.class);
    }

    @Override
    public void afterTestExecution(ExtensionContext context) {
        if (context.getExecutionException().isEmpty()) {
            return;
        }
        ServerLab own = context.getStore(NAMESPACE).get(ServerLab.class, ServerLab.class);
        Shared shared = context.getStore(StoreScope.LAUNCHER_SESSION, NAMESPACE).get(Shared.class, Shared.class);
        String logs = own != null ? own.logs() : shared != null ? shared.lab.logs() : "(none started)";
        System.err.println("=== " + context.getDisplayName() + " failed; its servers said\n" + logs);
    }

    /** The server that the whole run shares. */
    public static SkerryServer shared(ExtensionContext context) {
        return context.getStore(StoreScope.LAUNCHER_SESSION, NAMESPACE)
                .computeIfAbsent(Shared.class, _ -> new Shared(), Shared.class)
                .server;
    }

    /** The server of the whole run; stopped as an operator would when the run ends. */
    private static final class Shared implements AutoCloseable {
        private final ServerLab lab = new ServerLab();
        private final SkerryServer server = lab.server().start();

        @Override
        public void close() {
            try {
                int exit = server.stop();
                if (exit != 0) {
                    throw new IllegalStateException("the shared server ended with " + exit + "\n" + lab.logs());
                }
            } finally {
                lab.close();
            }
        }
    }
}
