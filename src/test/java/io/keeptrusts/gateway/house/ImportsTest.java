package io.keeptrusts.gateway.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImportsTest {

  private static final Path MAIN = Path.of("target", "classes");

  @TempDir Path workshop;

  @Test
  void roomsImportOnlyDownhill() {
    JavaClasses main = new ClassFileImporter().importPath(MAIN);

    assertThat(main).as("class files of %s", MAIN.toAbsolutePath()).hasSizeGreaterThan(10);
    assertThat(Rooms.violations(main)).isEmpty();
  }

  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource({
    "exchange, io.keeptrusts.gateway.wire.Other",
    "wire, io.keeptrusts.gateway.exchange.Other",
    "wire, java.util.regex.Pattern",
    "limits, io.keeptrusts.gateway.pack.Other",
    "limits, io.vertx.core.Vertx",
    "audit, io.keeptrusts.gateway.provider.Other",
    "policy.text, com.fasterxml.jackson.databind.JsonNode",
    "provider, io.keeptrusts.gateway.policy.Other",
    "provider, io.vertx.core.Vertx",
    "policy.match, io.keeptrusts.gateway.policy.Action",
    "policy.match, java.util.regex.Pattern",
    "policy.text, io.keeptrusts.gateway.policy.Other",
    "policy.text, java.util.regex.Pattern",
    "policy, io.keeptrusts.gateway.policy.kind.Other",
    "policy.kind, io.keeptrusts.gateway.pack.Other",
    "policy.kind.pii, io.keeptrusts.gateway.pack.Other",
    "pack, io.keeptrusts.gateway.Gateway",
    "dialect, io.keeptrusts.gateway.http.Other",
    "ops, io.keeptrusts.gateway.cli.Other",
    "cli, io.keeptrusts.gateway.http.Other",
    "exchange, com.fasterxml.jackson.databind.ObjectMapper"
  })
  void anUphillImportIsFound(String room, String type) throws IOException {
    JavaClasses fixture = probe(room, type);

    assertThat(Rooms.violations(fixture))
        .containsExactly(Rooms.HOUSE + "." + room + ".Probe must not import " + type);
  }

  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource({
    "http, com.fasterxml.jackson.databind.ObjectMapper",
    "http, io.keeptrusts.gateway.Gateway",
    "exchange, com.fasterxml.jackson.databind.node.ObjectNode[]",
    "policy.text, io.keeptrusts.gateway.policy.Action",
    "policy.kind, io.keeptrusts.gateway.policy.text.Other",
    "policy.kind, java.util.regex.Pattern"
  })
  void aDownhillImportIsFree(String room, String type) throws IOException {
    JavaClasses fixture = probe(room, type);

    assertThat(fixture).hasSize(1);
    assertThat(Rooms.violations(fixture)).isEmpty();
  }

  @Test
  void aNewRoomNeedsRules() throws IOException {
    JavaClasses fixture = probe("cellar", "java.lang.String");

    assertThat(Rooms.violations(fixture))
        .singleElement()
        .asString()
        .contains("cellar")
        .contains("without import rules");
  }

  /** A class file "Probe" in the room, with one field of the type. */
  private JavaClasses probe(String room, String type) throws IOException {
    ClassDesc field =
        type.endsWith("[]") ? ClassDesc.of(type.replace("[]", "")).arrayType() : ClassDesc.of(type);
    byte[] bytes =
        ClassFile.of()
            .build(
                ClassDesc.of(Rooms.HOUSE + "." + room + ".Probe"),
                probe -> probe.withField("field", field, 0));
    Files.write(workshop.resolve("Probe.class"), bytes);
    return new ClassFileImporter().importPath(workshop);
  }
}
