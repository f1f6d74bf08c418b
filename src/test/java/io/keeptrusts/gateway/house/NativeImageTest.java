package io.keeptrusts.gateway.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.keeptrusts.gateway.limits.RateLimits;
import io.keeptrusts.gateway.pack.PackDocument;
import io.keeptrusts.gateway.policy.PolicyKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What a native executable is told to keep because no code names it: a build with GraalVM would be
 * the proof, this is what can be shown without one.
 */
class NativeImageTest {
  private static final Path RESOURCES = Path.of("src", "main", "resources");
  private static final Path METADATA =
      RESOURCES.resolve("META-INF/native-image/io.keeptrusts/gateway/reachability-metadata.json");
  private static final String ROOT = "io.keeptrusts.gateway";
  private static final Pattern READ_BY_NAME = Pattern.compile("\"/([\\w./-]+\\.[\\w.-]+)\"");

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .importPath(
              Path.of(
                  PackDocument.class
                      .getProtectionDomain()
                      .getCodeSource()
                      .getLocation()
                      .getPath()));

  private final JsonNode metadata = read();

  private static JsonNode read() {
    try {
      return new ObjectMapper().readTree(METADATA.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Names of the types with a flag. */
  private Set<String> registered(String flag) {
    Set<String> names = new TreeSet<>();
    for (JsonNode entry : metadata.required("reflection")) {
      if (entry.path(flag).asBoolean()) {
        names.add(entry.required("type").textValue());
      }
    }
    return names;
  }

  @Test
  void everyRecordThatAPackIsBoundToCanBeMadeByReflection() {
    Set<String> bound = new TreeSet<>();
    for (Type section :
        List.of(
            PackDocument.Header.class,
            PackDocument.Providers.class,
            RateLimits.class,
            PackDocument.Testing.class)) {
      bind(section, bound);
    }
    List<JavaClass> kinds =
        CLASSES.stream()
            .filter(type -> type.isAssignableTo(PolicyKind.class) && !type.isInterface())
            .toList();
    for (JavaClass kind : kinds) {
      bind(configOf(kind.reflect()), bound);
    }

    assertThat(kinds).hasSizeGreaterThan(8);
    assertThat(bound).hasSizeGreaterThan(30);
    assertThat(registered("allDeclaredMethods")).containsAll(bound);
    assertThat(registered("allDeclaredConstructors")).containsAll(bound);
  }

  private static Type configOf(Class<?> kind) {
    return Arrays.stream(kind.getGenericInterfaces())
        .filter(ParameterizedType.class::isInstance)
        .map(ParameterizedType.class::cast)
        .filter(type -> type.getRawType() == PolicyKind.class)
        .map(type -> type.getActualTypeArguments()[0])
        .findFirst()
        .orElseThrow(() -> new AssertionError(kind + " says no configuration"));
  }

  /** Our records that a type is made of, itself included. */
  private static void bind(Type type, Set<String> bound) {
    switch (type) {
      case ParameterizedType generic ->
          Stream.of(generic.getActualTypeArguments()).forEach(each -> bind(each, bound));
      case Class<?> c when c.isRecord() && c.getName().startsWith(ROOT) -> {
        if (bound.add(c.getName())) {
          for (RecordComponent component : c.getRecordComponents()) {
            bind(component.getGenericType(), bound);
          }
        }
      }
      default -> {}
    }
  }

  @Test
  void theCommandLineCanBeReadByReflection() {
    Set<String> commands = new TreeSet<>();
    for (JavaClass type : CLASSES) {
      if (type.isAnnotatedWith("picocli.CommandLine$Command")
          || type.getFields().stream()
              .anyMatch(
                  field ->
                      field.getAnnotations().stream()
                          .anyMatch(a -> a.getRawType().getName().startsWith("picocli.")))) {
        commands.add(type.getName());
      }
    }

    assertThat(commands).hasSizeGreaterThan(3);
    assertThat(registered("allDeclaredFields")).containsAll(commands);
    assertThat(registered("allDeclaredConstructors")).containsAll(commands);
  }

  @Test
  void whatIsRegisteredExists() throws Exception {
    for (JsonNode entry : metadata.required("reflection")) {
      String name =
          entry.required("type").path("proxy").path(0).asText(entry.path("type").asText());
      if (!name.startsWith("io.quarkus.runner.")) { // made by the build
        Class.forName(name, false, getClass().getClassLoader());
      }
    }
  }

  /** All but the embedding model, which a native executable does without. */
  @Test
  void everyFileThatIsReadByNameIsKept() throws IOException {
    Set<String> named = new TreeSet<>();
    try (Stream<Path> sources = Files.walk(Path.of("src", "main", "java"))) {
      for (Path source : sources.filter(Files::isRegularFile).toList()) {
        String code = Files.readString(source);
        if (code.contains("getResourceAsStream")) {
          READ_BY_NAME.matcher(code).results().forEach(found -> named.add(found.group(1)));
        }
      }
    }
    try (Stream<Path> files = Files.walk(RESOURCES)) {
      files
          .filter(Files::isRegularFile)
          .map(file -> RESOURCES.relativize(file).toString())
          .filter(name -> !name.startsWith("META-INF") && !name.endsWith(".md"))
          .filter(name -> !name.equals("application.yaml")) // Quarkus reads it when it builds
          .forEach(named::add);
    }
    named.removeIf(name -> name.startsWith("all-minilm"));

    assertThat(named)
        .contains("demo-pack.yaml", "language-validator/samples.txt")
        .allSatisfy(
            name ->
                assertThat(globs())
                    .anyMatch(
                        glob ->
                            FileSystems.getDefault()
                                .getPathMatcher("glob:" + glob)
                                .matches(Path.of(name))));
  }

  private List<String> globs() {
    return metadata.required("resources").findValuesAsText("glob");
  }
}
