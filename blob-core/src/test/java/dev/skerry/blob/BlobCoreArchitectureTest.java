package dev.skerry.blob;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

/** What the blob core may know and call, and which of its packages may know which. */
class BlobCoreArchitectureTest {
    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_JARS)
            .importPackages("dev.skerry.blob");

    private static void check(ArchRule rule) {
        rule.check(MAIN);
    }

    @Test
    void packagesAreWithoutCycles() {
        // The root holds the words that all share, and is not a slice: it may use the clock's time stamps.
        check(slices().matching("dev.skerry.blob.(*)..").should().beFreeOfCycles());
    }

    @Test
    void theWordsKnowNoDeeds() {
        check(noClasses()
                .that()
                .resideInAPackage("dev.skerry.blob")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.skerry.blob.commit..",
                        "dev.skerry.blob.part..",
                        "dev.skerry.blob.store..",
                        "dev.skerry.blob.event..",
                        "dev.skerry.blob.catalog..",
                        "dev.skerry.blob.placement.."));
    }

    @Test
    void noFrameworkAndNoDatabaseIsSeen() {
        check(noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.vertx..", "io.netty..", "org.jooq..", "java.sql..", "javax.sql..", "com.fasterxml.."));
    }

    @Test
    void timeIsPassedIn() {
        check(noClasses().should().callMethod(Instant.class, "now"));
        check(noClasses().should().callMethod(System.class, "currentTimeMillis"));
        check(noClasses().should().callMethod(Clock.class, "systemUTC"));
        check(noClasses().should().callMethod(InstantSource.class, "system"));
    }

    @Test
    void threadsArePassedInAndNobodySleeps() {
        check(noClasses().should().callConstructor(Thread.class));
        check(noClasses().should().callConstructor(Thread.class, Runnable.class));
        check(noClasses().should().callConstructor(Thread.class, Runnable.class, String.class));
        check(noClasses().should().callMethod(Thread.class, "sleep", long.class));
        check(noClasses().should().callMethod(Thread.class, "sleep", Duration.class));
    }

    @Test
    void nothingIsPrinted() {
        check(noClasses().should().accessField(System.class, "out"));
        check(noClasses().should().accessField(System.class, "err"));
    }
}
