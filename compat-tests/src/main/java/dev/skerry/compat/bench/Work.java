package dev.skerry.compat.bench;

import dev.skerry.compat.bench.LoadClient.Answer;
import io.vertx.core.Future;

/** One operation as a client of the load sends it: a request, or several of which each needs the answers before it. */
sealed interface Work permits LoadClient.Request, MultipartUpload, Retried {
    /**
     * Sends it; the future gives the last answer, which is an unsuccessful one where any was, and fails if none came.
     */
    Future<Answer> sendOver(LoadClient client);

    /** What it sends of objects. */
    long bodyBytes();
}
