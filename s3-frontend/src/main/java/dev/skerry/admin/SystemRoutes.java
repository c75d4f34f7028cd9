package dev.skerry.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.http.AnswerMemory;
import dev.skerry.http.ConnectionLostException;
import dev.skerry.http.Exchange;
import dev.skerry.http.ExchangeSettings;
import dev.skerry.http.RequestIds;
import dev.skerry.http.RequestListener;
import dev.skerry.http.RequestTarget;
import dev.skerry.http.RequestThreads;
import dev.skerry.s3.auth.Identity;
import dev.skerry.s3.error.S3Exception;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * What operators ask under {@code /_/}: {@code health/live}, {@code health/ready}, {@code metrics}, and for the root
 * identity {@code admin/v1/…}. These requests have threads of their own, so that a busy node still says how it is;
 * whether it lives is answered on the event loop.
 */
public final class SystemRoutes implements Handler<HttpServerRequest> {
    private static final Logger log = LoggerFactory.getLogger(SystemRoutes.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SURFACE = "system";
    private static final String JSON_TYPE = "application/json";

    private final Health health;
    private final Metrics metrics;
    private final boolean metricsPublic;
    private final AdminApi admin;
    private final Callers callers;
    private final Http http;

    /** Finds out who sends a request. */
    @FunctionalInterface
    public interface Callers {
        /**
         * Who signed it, or sent a token; {@link Identity#ANONYMOUS} where nobody did.
         *
         * @throws S3Exception where a signature or token is wrong
         */
        Identity identify(Exchange exchange);
    }

    /** What all HTTP surfaces share, and the threads of this one. */
    public record Http(
            RequestThreads threads,
            RequestIds ids,
            InstantSource clock,
            ExchangeSettings settings,
            AnswerMemory memory,
            RequestListener listener) {}

    /** An answer. */
    record Answer(int status, String contentType, String body) {
        static Answer json(int status, Map<String, ?> document) {
            try {
                return new Answer(status, JSON_TYPE, JSON.writeValueAsString(document) + "\n");
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("maps and texts can be written as JSON", e);
            }
        }

        static Answer error(int status, String code, String message) {
            Map<String, String> document = new LinkedHashMap<>();
            document.put("code", code);
            document.put("message", message);
            return json(status, document);
        }
    }

    /** Wires the routes; starts nothing. */
    public SystemRoutes(
            Health health, Metrics metrics, boolean metricsPublic, AdminApi admin, Callers callers, Http http) {
        this.health = health;
        this.metrics = metrics;
        this.metricsPublic = metricsPublic;
        this.admin = admin;
        this.callers = callers;
        this.http = http;
    }

    @Override
    public void handle(HttpServerRequest request) {
        Exchange exchange = Exchange.open(request, http.ids().next(), http.clock(), http.settings(), http.memory());
        String path = RequestTarget.rawPath(request.uri());
        if (path.equals("/_/health/live")) {
            exchange.operation("HealthLive");
            exchange.response().sendNow(200, headers(JSON_TYPE, exchange), "{\"status\":\"ok\"}\n");
            http.listener().finished(exchange.record(SURFACE));
        } else if (!http.threads().submit(() -> serve(exchange, path))) {
            exchange.errorCode("Busy");
            exchange.response()
                    .sendNow(
                            503,
                            headers(JSON_TYPE, exchange),
                            Answer.error(503, "Busy", "too many requests").body());
            http.listener().finished(exchange.record(SURFACE));
        }
    }

    private void serve(Exchange exchange, String path) {
        try (MDC.MDCCloseable _ = MDC.putCloseable(RequestIds.MDC_KEY, exchange.requestId())) {
            Answer answer = answerOrError(exchange, path);
            exchange.response()
                    .send(
                            answer.status,
                            headers(answer.contentType, exchange),
                            answer.body.getBytes(StandardCharsets.UTF_8));
        } catch (ConnectionLostException gone) {
            log.debug("client gone reason={}", gone.getMessage());
        } finally {
            if (!exchange.response().ended()) {
                exchange.response().abort();
            }
            http.listener().finished(exchange.record(SURFACE));
        }
    }

    private Answer answerOrError(Exchange exchange, String path) {
        try {
            return answer(exchange, path);
        } catch (S3Exception refused) {
            exchange.errorCode(refused.code().wireName());
            return Answer.error(refused.code().status(), refused.code().wireName(), message(refused));
        } catch (StoreException failed) {
            exchange.errorCode("StoreFailed");
            log.error("system request failed path={}", path, failed);
            return Answer.error(500, "StoreFailed", message(failed));
        } catch (ConnectionLostException gone) {
            throw gone;
        } catch (RuntimeException failed) {
            exchange.errorCode("InternalError");
            log.error("system request failed path={}", path, failed);
            return Answer.error(500, "InternalError", "the log has more, by request id " + exchange.requestId());
        }
    }

    private Answer answer(Exchange exchange, String path) {
        String method = exchange.request().method().name();
        boolean read = method.equals("GET") || method.equals("HEAD");
        if (path.startsWith(AdminApi.ROOT)) {
            exchange.operation("Admin");
            requireRoot(exchange);
            return admin.answer(
                    method,
                    path.substring(AdminApi.ROOT.length()),
                    RequestTarget.parse(exchange.request().uri()));
        }
        return switch (path) {
            case "/_/health/ready", "/_/health", "/_/health/" -> read ? ready(exchange) : notAllowed(exchange);
            case "/_/metrics" -> read ? metrics(exchange) : notAllowed(exchange);
            default -> {
                exchange.errorCode("NotFound");
                yield Answer.error(404, "NotFound", "nothing is served at this path");
            }
        };
    }

    private Answer ready(Exchange exchange) {
        exchange.operation("HealthReady");
        Health.Report report = health.look();
        return Answer.json(report.ready() ? 200 : 503, Health.document(report));
    }

    private Answer metrics(Exchange exchange) {
        exchange.operation("Metrics");
        if (!metricsPublic) {
            requireRoot(exchange);
        }
        return new Answer(200, Metrics.CONTENT_TYPE, metrics.page());
    }

    private void requireRoot(Exchange exchange) {
        Identity identity = callers.identify(exchange);
        exchange.identity(identity.name());
        if (identity.kind() != Identity.Kind.ROOT) {
            throw new S3Exception(dev.skerry.s3.error.S3ErrorCode.ACCESS_DENIED, "this is for the root identity");
        }
    }

    private static Answer notAllowed(Exchange exchange) {
        exchange.errorCode("MethodNotAllowed");
        return Answer.error(405, "MethodNotAllowed", "GET and HEAD are served here");
    }

    private static Map<String, String> headers(String contentType, Exchange exchange) {
        return Map.of(
                "Content-Type", contentType, "x-amz-request-id", exchange.requestId(), "Cache-Control", "no-store");
    }

    private static String message(RuntimeException failure) {
        String message = failure.getMessage();
        return message == null ? "" : message;
    }
}
