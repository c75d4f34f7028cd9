package dev.skerry.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The arrows inside the server, which Maven cannot see. */
class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.skerry");

    @Test
    void theS3ProtocolSeesNoAdapterAndNoConfiguration() {
        noClasses()
                .that()
                .resideInAPackage("dev.skerry.s3..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.skerry.cluster..",
                        "dev.skerry.archive..",
                        "dev.skerry.metadata..",
                        "dev.skerry.server..",
                        "dev.skerry.config..",
                        "dev.skerry.cli..",
                        "dev.skerry.admin..")
                .check(CLASSES);
    }

    @Test
    void theNativeApiSeesNoAdapterAndNoConfiguration() {
        noClasses()
                .that()
                .resideInAPackage("dev.skerry.blobapi..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.skerry.metadata..", "dev.skerry.server..", "dev.skerry.config..")
                .check(CLASSES);
    }

    @Test
    void theBlobCoreSeesNoFramework() {
        noClasses()
                .that()
                .resideInAPackage("dev.skerry.blob..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.vertx..", "io.netty..", "org.jooq..", "org.sqlite..", "dev.skerry.metadata..")
                .check(CLASSES);
    }

    @Test
    void adaptersAreMadeByTheAssemblyOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.skerry.server..", "dev.skerry.metadata..", "dev.skerry.cluster..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.skerry.metadata..")
                .check(CLASSES);
    }

    @Test
    void timeAndThreadsArePassedIn() {
        noClasses()
                .that()
                .resideInAPackage("dev.skerry..")
                .and()
                .resideOutsideOfPackage("dev.skerry.server..")
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .callConstructor(Thread.class, Runnable.class)
                .check(CLASSES);
    }

    @Test
    void packagesFormNoCycles() {
        slices().matching("dev.skerry.(*)..").should().beFreeOfCycles().check(CLASSES);
    }
}
