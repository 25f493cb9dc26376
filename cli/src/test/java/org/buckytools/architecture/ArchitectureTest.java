package org.buckytools.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;
import java.util.TreeSet;

/** The shape of the whole: which module may know which, and what may be done in one place only. */
@AnalyzeClasses(
        packages = "org.buckytools",
        importOptions = {ImportOption.DoNotIncludeTests.class, ArchitectureTest.WithoutTestJars.class})
class ArchitectureTest {
    private static final String HASHRING = "org.buckytools.hashring..";
    private static final String WHISPER = "org.buckytools.whisper..";
    private static final String PROTOCOL = "org.buckytools.protocol..";
    private static final String AGENT = "org.buckytools.agent..";
    private static final String CLI = "org.buckytools.cli..";
    private static final String JAVA = "java..";

    @ArchTest
    static final ArchRule whisperKnowsNobody = classes()
            .that()
            .resideInAPackage(WHISPER)
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(WHISPER, JAVA).or(primitives()))
            .because("the file format is a library that others can use without anything else of ours or of others'");

    @ArchTest
    static final ArchRule hashringKnowsNobody = classes()
            .that()
            .resideInAPackage(HASHRING)
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(HASHRING, JAVA).or(primitives()))
            .because("the rings are a library that others can use without anything else of ours or of others'");

    @ArchTest
    static final ArchRule protocolKnowsOnlyTheRings = noClasses()
            .that()
            .resideInAPackage(PROTOCOL)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(WHISPER, AGENT, CLI)
            .because("both ends of the wire use it, so it must not pull in either end");

    @ArchTest
    static final ArchRule agentDoesNotKnowTheClient = noClasses()
            .that()
            .resideInAPackage(AGENT)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(CLI)
            .because("a storage node runs the daemon without the client; what both need belongs to protocol");

    @ArchTest
    static final ArchRule clientDoesNotKnowTheDaemon = noClasses()
            .that()
            .resideInAPackage(CLI)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(AGENT)
            .because("an admin host runs the client without the daemon; what both need belongs to protocol");

    @ArchTest
    static final ArchRule staticFieldsAreFinal = fields().that()
            .areStatic()
            .and()
            .areDeclaredInClassesThat()
            .resideInAPackage("org.buckytools..")
            .should()
            .beFinal()
            .because(
                    "what a piece of code can reach is what its constructor was given; a static that changes is reached by all");

    @ArchTest
    static final ArchRule onlyMainsEndTheProcess = noClasses()
            .that()
            .haveSimpleNameNotEndingWith("Main")
            .should()
            .callMethod(System.class, "exit", int.class)
            .because("whoever calls exit takes away from all callers the chance to clean up, and from tests their JVM");

    @ArchTest
    static final ArchRule standardStreamsAreHandedIn = noClasses()
            .that()
            .haveSimpleNameNotEndingWith("Main")
            .should()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err")
            .orShould()
            .accessField(System.class, "in")
            .because(
                    "output that is not handed in cannot be tested, and data must not be mixed with what is said to people");

    @ArchTest
    static final ArchRule nativeCallsAreInOnePlace = noClasses()
            .that()
            .resideOutsideOfPackage("org.buckytools.whisper.posix..")
            .should()
            .dependOnClassesThat()
            .haveNameMatching("java\\.lang\\.foreign\\.(Linker|SymbolLookup|FunctionDescriptor).*")
            .because("a wrong descriptor or a wrong errno takes the process with it, so system calls are written once");

    @ArchTest
    static final ArchRule tasksDoNotKnowTheCommandLine = noClasses()
            .that()
            .resideInAnyPackage(
                    "org.buckytools.cli.task..", "org.buckytools.cli.transfer..", "org.buckytools.cli.cluster..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("picocli..", "org.buckytools.cli.option..", "org.buckytools.cli.command..")
            .because("what a command does is called with plain values, by tests and by other commands");

    @ArchTest
    static void everyPackageIsIntroduced(JavaClasses all) {
        Set<String> missing = new TreeSet<>();
        for (JavaClass one : all) {
            JavaPackage here = one.getPackage();
            if (here.getName().startsWith("org.buckytools")
                    && here.tryGetPackageInfo().isEmpty()) {
                missing.add(here.getName());
            }
        }
        assertThat(missing)
                .as("packages without a package-info.java, where a reader finds what a package is about")
                .isEmpty();
    }

    private static DescribedPredicate<JavaClass> primitives() {
        return DescribedPredicate.describe(
                "are primitive or arrays of these",
                type -> type.getBaseComponentType().isPrimitive());
    }

    /** Leaves out what modules lend to the tests of others. */
    static final class WithoutTestJars implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("-tests.jar") && !location.contains("/test-classes/");
        }
    }
}
