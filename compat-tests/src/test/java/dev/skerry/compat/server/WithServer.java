package dev.skerry.compat.server;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.StoreScope;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests the server that the whole run shares ({@link SkerryServer} as a parameter) or the means to start their
 * own ({@link ServerLab}). A failed test prints what the servers printed.
 *
 * <p>Where the run's server is several nodes, tests that start their own are left out: they would ask the same of the
 * same single node again.
 */
public final class WithServer implements ParameterResolver, ExecutionCondition, AfterTestExecutionCallback {
    /** How many nodes the server that the run shares has; of several, each takes a request in turn. */
    private static final String NODES = "skerry.nodes";

    /** How many of them are killed before the first test. */
    private static final String DEAD = "skerry.dead";

    /** How they find each other, one of {@link RegistryType}. */
    private static final String REGISTRY = "skerry.registry";

    private static final Namespace NAMESPACE = Namespace.create(WithServer.class);

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if (!hasSeveralNodes()) {
            return ConditionEvaluationResult.enabled("one node");
        }
        if (context.getTestMethod().filter(WithServer::startsItsOwn).isPresent()) {
            return ConditionEvaluationResult.disabled("starts servers of its own");
        }
        return context.getElement()
                .map(element -> element.getAnnotation(OneNode.class))
                .map(one -> ConditionEvaluationResult.disabled(one.value()))
                .orElseGet(() -> ConditionEvaluationResult.enabled("several nodes"));
    }

    private static boolean startsItsOwn(Method test) {
        return Arrays.asList(test.getParameterTypes()).contains(ServerLab.class);
    }

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
        SharedServer shared =
                context.getStore(StoreScope.LAUNCHER_SESSION, NAMESPACE).get(SharedServer.class, SharedServer.class);
        String logs = own != null ? own.logs() : shared != null ? shared.logs() : "(none started)";
        System.err.println("=== " + context.getDisplayName() + " failed; its servers said\n" + logs);
    }

    /** The server that the whole run shares. */
    public static SkerryServer shared(ExtensionContext context) {
        return context.getStore(StoreScope.LAUNCHER_SESSION, NAMESPACE)
                .computeIfAbsent(
                        SharedServer.class,
                        _ -> SharedServer.start(number(NODES, 1), number(DEAD, 0), registry()),
                        SharedServer.class)
                .server();
    }

    /** Whether the server that the run shares is several nodes. */
    public static boolean hasSeveralNodes() {
        return !Set.of("", "1").contains(System.getProperty(NODES, ""));
    }

    private static RegistryType registry() {
        String name = System.getProperty(REGISTRY, "");
        return name.isEmpty() ? RegistryType.STATIC : RegistryType.named(name);
    }

    private static int number(String name, int otherwise) {
        String text = System.getProperty(name, "");
        return text.isEmpty() ? otherwise : Integer.parseInt(text);
    }
}
