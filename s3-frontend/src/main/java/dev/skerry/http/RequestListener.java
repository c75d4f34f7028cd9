package dev.skerry.http;

/** Hears of each request after it ended. Called on the request's thread or an event loop; must not block or throw. */
@FunctionalInterface
public interface RequestListener {
    /** Hears of one. */
    void finished(RequestRecord request);

    /** Tells all of them in order. */
    static RequestListener all(RequestListener... listeners) {
        RequestListener[] copy = listeners.clone();
        return request -> {
            for (RequestListener listener : copy) {
                listener.finished(request);
            }
        };
    }
}
