package dev.skerry.metadata;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final JavaClasses CLASSES =
            new ClassFileImporter().withImportOption(new DoNotIncludeTests()).importPackages("dev.skerry.metadata");

    @Test
    void jdbcIsSpokenInOnePlace() {
        noClasses()
                .that()
                .haveNameNotMatching(".*\\.Statements(\\$.*)?")
                .and()
                .doNotHaveSimpleName("Row")
                .and()
                .doNotHaveSimpleName("Columns")
                .and()
                .doNotHaveSimpleName("DatabaseFile")
                .and()
                .doNotHaveSimpleName("SqliteDriver")
                .and()
                .doNotHaveSimpleName("SqliteFailures")
                .and()
                .resideOutsideOfPackages("..schema..", "..legacy..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.sql..")
                .check(CLASSES);
    }

    @Test
    void noDoorShowsSql() {
        DescribedPredicate<JavaClass> sql =
                JavaClass.Predicates.resideInAnyPackage("java.sql..", "org.jooq..", "dev.skerry.metadata.schema..");
        methods()
                .that()
                .arePublic()
                .and()
                .areDeclaredInClassesThat()
                .arePublic()
                .and()
                .areDeclaredInClassesThat()
                .resideInAPackage("dev.skerry.metadata")
                .should()
                .notHaveRawReturnType(sql)
                .check(CLASSES);
    }
}
