package dev.skerry.compat.bench;

import dev.skerry.compat.bench.LoadClient.Answer;
import io.vertx.core.Future;

/**
 * Work that is done once more where no answer came: one of a hundred thousand connections that breaks while objects are
 * prepared does not end a run of hours. Never used for what is measured.
 */
record Retried(Work work) implements Work {
    @Override
    public Future<Answer> sendOver(LoadClient client) {
        return work.sendOver(client).recover(_ -> work.sendOver(client));
    }

    @Override
    public long bodyBytes() {
        return work.bodyBytes();
    }
}
