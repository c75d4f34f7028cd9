package dev.skerry.admin;

import dev.skerry.http.RequestTarget;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * {@code /_/admin/v1/…}, for the root identity: what a node is and has, why a request would be allowed or denied, and
 * upkeep at once rather than when it is due.
 */
public final class AdminApi {
    static final String ROOT = "/_/admin/v1/";

    private final Supplier<Map<String, Object>> status;
    private final Map<String, Task> tasks;
    private final Question access;

    /** Something that can be run now. Blocks until it is done. */
    @FunctionalInterface
    public interface Task {
        /** Runs it and says in numbers what it did. */
        Map<String, Object> run();
    }

    /** Something that is asked with parameters. May block. */
    @FunctionalInterface
    public interface Question {
        /**
         * Answers.
         *
         * @throws IllegalArgumentException where a parameter is none that can be
         */
        Map<String, Object> answer(List<RequestTarget.Parameter> parameters);
    }

    /** With what {@code status} and {@code access} show, and the tasks by the name under which they are called. */
    public AdminApi(Supplier<Map<String, Object>> status, Question access, Map<String, Task> tasks) {
        this.status = status;
        this.access = access;
        this.tasks = Map.copyOf(tasks);
    }

    SystemRoutes.Answer answer(String method, String name, RequestTarget target) {
        boolean read = method.equals("GET") || method.equals("HEAD");
        if (name.equals("status") || name.equals("access")) {
            if (!read) {
                return SystemRoutes.Answer.error(405, "MethodNotAllowed", "GET is served here");
            }
            return name.equals("status") ? SystemRoutes.Answer.json(200, status.get()) : access(target);
        }
        Task task = tasks.get(name);
        if (task == null) {
            return SystemRoutes.Answer.error(404, "NotFound", "nothing is served at this path");
        }
        if (!method.equals("POST")) {
            return SystemRoutes.Answer.error(405, "MethodNotAllowed", "POST is served here");
        }
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("task", name);
        document.putAll(task.run());
        return SystemRoutes.Answer.json(200, document);
    }

    private SystemRoutes.Answer access(RequestTarget target) {
        try {
            return SystemRoutes.Answer.json(200, access.answer(target.parameters()));
        } catch (IllegalArgumentException refused) {
            return SystemRoutes.Answer.error(400, "InvalidRequest", String.valueOf(refused.getMessage()));
        }
    }
}
