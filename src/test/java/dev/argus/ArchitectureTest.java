package dev.argus;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.util.Map;
import java.util.Set;

/** Imports point one way; see the table of packages in the README. */
@AnalyzeClasses(packages = "dev.argus", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String ROOT = "dev.argus.";

  /** What each package may import besides itself and {@code config}; cli may import everything. */
  private static final Map<String, Set<String>> ALLOWED =
      Map.ofEntries(
          Map.entry("config", Set.of()),
          Map.entry("protocol", Set.of()),
          Map.entry("ports", Set.of("protocol")),
          Map.entry("image", Set.of("protocol")),
          Map.entry("batch", Set.of("ports", "protocol")),
          Map.entry("callback", Set.of("ports", "protocol")),
          Map.entry("tracing", Set.of("ports", "protocol")),
          Map.entry("web", Set.of("batch", "callback", "ports", "protocol", "image", "tracing")),
          Map.entry("scaling", Set.of("ports", "protocol")),
          Map.entry("costs", Set.of("ports", "protocol")),
          Map.entry("worker", Set.of("ports", "protocol", "tracing")),
          Map.entry("inference", Set.of("ports", "protocol", "image")),
          Map.entry("aws", Set.of("ports", "protocol")),
          Map.entry("deploy", Set.of("aws", "ports")),
          Map.entry("ledger", Set.of("ports", "protocol")),
          Map.entry("story", Set.of("ports", "protocol")),
          Map.entry("client", Set.of("protocol")),
          Map.entry("traffic", Set.of()),
          Map.entry("yardstick", Set.of()),
          Map.entry("page", Set.of()),
          Map.entry("load", Set.of("client", "traffic", "page", "protocol")),
          Map.entry(
              "chaos", Set.of("localaws", "client", "load", "ledger", "aws", "ports", "protocol")),
          Map.entry(
              "simulation",
              Set.of(
                  "web",
                  "scaling",
                  "worker",
                  "traffic",
                  "tracing",
                  "yardstick",
                  "page",
                  "ports",
                  "protocol")),
          Map.entry("localaws", Set.of()));

  @ArchTest
  static final ArchRule importsPointOneWay =
      ArchRuleDefinition.classes()
          .that()
          .resideOutsideOfPackage(ROOT + "cli..")
          .should(importOnlyWhatTheirPackageMay());

  @ArchTest
  static final ArchRule runsKnowNoRival =
      ArchRuleDefinition.noClasses()
          .that()
          .resideInAPackage(ROOT + "simulation")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(ROOT + "simulation.rivals..");

  @ArchTest
  static final ArchRule noCycles = slices().matching(ROOT + "(*)..").should().beFreeOfCycles();

  private static ArchCondition<JavaClass> importOnlyWhatTheirPackageMay() {
    return new ArchCondition<>("import only what their package may") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        String from = packageOf(type);
        Set<String> allowed = ALLOWED.get(from);
        for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
          JavaClass target = dependency.getTargetClass();
          if (!target.getPackageName().startsWith(ROOT)) {
            continue;
          }
          String to = packageOf(target);
          if (allowed == null
              || !(to.equals(from) || to.equals("config") || allowed.contains(to))) {
            events.add(
                SimpleConditionEvent.violated(
                    dependency,
                    from
                        + " must not import "
                        + to
                        + "; put what both need into ports or protocol: "
                        + dependency.getDescription()));
          }
        }
      }
    };
  }

  private static String packageOf(JavaClass type) {
    String rest = type.getPackageName().substring(ROOT.length() - 1);
    return rest.isEmpty() ? "" : rest.substring(1).split("\\.")[0];
  }
}
