package dev.skerry.admin;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * {@code /_/admin/v1/…}, for the root identity: what a node is and has, and upkeep at once rather than when it is due.
 */
public final class AdminApi {
    static final String ROOT = "/_/admin/v1/";

    private final Supplier<Map<String, Object>> status;
    private final Map<String, Task> tasks;

    /** Something that can be run now. Blocks until it is done. */
    @FunctionalInterface
    public interface Task {
        /** Runs it and says in numbers what it did. */
        Map<String, Object> run();
    }

    /** With what {@code status} shows, and the tasks by the name under which they are called. */
    public AdminApi(Supplier<Map<String, Object>> status, Map<String, Task> tasks) {
        this.status = status;
        this.tasks = Map.copyOf(tasks);
    }

    SystemRoutes.Answer answer(String method, String name) {
        if (name.equals("status")) {
            return method.equals("GET") || method.equals("HEAD")
                    ? SystemRoutes.Answer.json(200, status.get())
                    : SystemRoutes.Answer.error(405, "MethodNotAllowed", "GET is served here");
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
}
