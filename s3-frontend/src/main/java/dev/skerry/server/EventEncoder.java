package dev.skerry.server;

import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.EncoderBase;

/**
 * What our forms of a log line have in common: nothing before the first or after the last, and how a stack is shown.
 */
abstract class EventEncoder extends EncoderBase<ILoggingEvent> {
    private final ThrowableProxyConverter throwables = new ThrowableProxyConverter();

    @Override
    public void start() {
        throwables.start();
        super.start();
    }

    /** The stack trace of what was thrown, as lines; empty where nothing was. */
    final String stackTrace(ILoggingEvent event) {
        return throwables.convert(event);
    }

    @Override
    public byte[] headerBytes() {
        return new byte[0];
    }

    @Override
    public byte[] footerBytes() {
        return new byte[0];
    }
}
