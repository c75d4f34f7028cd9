package dev.skerry.admin;

import dev.skerry.http.RequestTarget;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * {@code /_/admin/v1/…}, for the root identity: what a node is and has, why a request would be allowed or denied, what
 * lifecycle will do, and upkeep at once rather than when it is due.
 */
public final class AdminApi {
    static final String ROOT = "/_/admin/v1/";

    private final Supplier<Map<String, Object>> status;
    private final Map<String, Question> questions;
    private final Map<String, Task> tasks;
    private final Map<String, Question> orders;

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

    /** With what {@code status} shows, and the questions and tasks by the names under which they are called. */
    public AdminApi(Supplier<Map<String, Object>> status, Map<String, Question> questions, Map<String, Task> tasks) {
        this(status, questions, tasks, Map.of());
    }

    private AdminApi(
            Supplier<Map<String, Object>> status,
            Map<String, Question> questions,
            Map<String, Task> tasks,
            Map<String, Question> orders) {
        this.status = status;
        this.questions = Map.copyOf(questions);
        this.tasks = Map.copyOf(tasks);
        this.orders = Map.copyOf(orders);
    }

    /** The same, which may be asked more, and given orders: what is asked with parameters and changes something. */
    public AdminApi with(Map<String, Question> more, Map<String, Question> moreOrders) {
        Map<String, Question> all = new LinkedHashMap<>(questions);
        all.putAll(more);
        return new AdminApi(status, all, tasks, moreOrders);
    }

    SystemRoutes.Answer answer(String method, String name, RequestTarget target) {
        boolean read = method.equals("GET") || method.equals("HEAD");
        Question question = name.equals("status") ? _ -> status.get() : questions.get(name);
        Task task = tasks.get(name);
        if (question != null && read) {
            return answer(question, target);
        }
        Question order = orders.get(name);
        if (order != null && method.equals("POST")) {
            return answer(order, target);
        }
        if (task != null && method.equals("POST")) {
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("task", name);
            document.putAll(task.run());
            return SystemRoutes.Answer.json(200, document);
        }
        if (question == null && task == null && order == null) {
            return SystemRoutes.Answer.error(404, "NotFound", "nothing is served at this path");
        }
        boolean written = task != null || order != null;
        String served = question == null ? "POST" : written ? "GET and POST" : "GET";
        return SystemRoutes.Answer.error(405, "MethodNotAllowed", served + " is served here");
    }

    private static SystemRoutes.Answer answer(Question question, RequestTarget target) {
        try {
            return SystemRoutes.Answer.json(200, question.answer(target.parameters()));
        } catch (IllegalArgumentException refused) {
            return SystemRoutes.Answer.error(400, "InvalidRequest", String.valueOf(refused.getMessage()));
        }
    }
}
