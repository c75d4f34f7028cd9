package dev.skerry.server;

import dev.skerry.blob.StorageClass;
import dev.skerry.blob.lifecycle.LifecycleCalendar;
import dev.skerry.blob.lifecycle.LifecycleSettings;
import dev.skerry.blob.lifecycle.StorageClasses;
import dev.skerry.blob.store.StoreSettings;
import dev.skerry.blob.upkeep.UpkeepSettings;
import dev.skerry.blobapi.BlobApi;
import dev.skerry.config.Settings;
import dev.skerry.http.ExchangeSettings;
import dev.skerry.http.TrustedProxies;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What the parts call the settings a person made. */
final class StoredSettings {
    private static final Duration LEAST = Duration.ofMillis(1);
    private static final int LIFECYCLE_PAGE = 500;

    private StoredSettings() {}

    static StoreSettings store(Settings settings) {
        StoreSettings standard = StoreSettings.DEFAULT;
        return new StoreSettings(
                settings.storage().inlineThreshold().toInt(),
                standard.partBytes(),
                settings.durability().mode(),
                standard.maxBlobBytes(),
                settings.s3().minimumPartSize().bytes(),
                settings.region());
    }

    /**
     * The one grace a person sets bounds all of them: shorter ones stay as they are. How often folders are compared
     * with rows follows it, because nothing can be left behind that is younger.
     */
    static UpkeepSettings upkeep(Settings settings) {
        UpkeepSettings standard = UpkeepSettings.DEFAULT;
        Duration grace = atLeast(LEAST, settings.gc().grace());
        Duration interval = settings.gc().interval();
        return new UpkeepSettings(
                interval,
                grace,
                atMost(standard.pressedGrace(), grace),
                atMost(standard.readerGrace(), grace),
                grace,
                atLeast(interval, atMost(standard.sweepInterval(), grace)),
                atLeast(LEAST, settings.gc().tombstoneRetention()),
                atLeast(LEAST, settings.gc().eventRetention()),
                standard.maxEvents(),
                standard.batch(),
                standard.pause(),
                orNever(settings.scrub().interval()),
                settings.scrub().bytesPerSecond().bytes());
    }

    static LifecycleSettings lifecycle(Settings settings) {
        return new LifecycleSettings(
                settings.lifecycle().interval(),
                new LifecycleCalendar(settings.lifecycle().day()),
                storageClasses(settings),
                settings.lifecycle().actionsPerSecond(),
                Math.min(LIFECYCLE_PAGE, settings.lifecycle().actionsPerSecond()),
                UpkeepSettings.DEFAULT.pause());
    }

    static StorageClasses storageClasses(Settings settings) {
        return new StorageClasses(
                settings.s3().storageClasses().stream().map(StorageClass::new).toList(),
                settings.s3().compatibility().movesBothWays());
    }

    static ExchangeSettings exchanges(Settings settings) {
        ExchangeSettings standard = ExchangeSettings.DEFAULT;
        return new ExchangeSettings(
                settings.limits().idleTimeout(),
                settings.limits().bodyRate().bytes(),
                standard.bufferedBytes(),
                standard.discardBytes(),
                standard.lingerTimeout(),
                TrustedProxies.of(settings.trustedProxies()));
    }

    static BlobApi.Settings nativeApi(Settings settings) {
        BlobApi.Settings standard = BlobApi.Settings.DEFAULT;
        return new BlobApi.Settings(
                settings.nativeApi().open(), standard.maxWait(), standard.heartbeat(), standard.maxSubscribers());
    }

    private static @Nullable Duration orNever(Duration interval) {
        return interval.isZero() ? null : interval;
    }

    private static Duration atLeast(Duration bound, Duration asked) {
        return asked.compareTo(bound) < 0 ? bound : asked;
    }

    private static Duration atMost(Duration bound, Duration asked) {
        return asked.compareTo(bound) > 0 ? bound : asked;
    }
}
