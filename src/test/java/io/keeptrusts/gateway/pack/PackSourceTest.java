package io.keeptrusts.gateway.pack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackSourceTest {

  @TempDir private Path dir;

  @Test
  void theFirstPollIsAChangeTheNextIsNot() throws IOException {
    var source = new PackSource(List.of(write("a.yaml", "one")));

    assertThat(source.poll()).isTrue();
    assertThat(source.poll()).isFalse();
    assertThat(source.hash()).matches("[0-9a-f]{64}");
  }

  @Test
  void seesNewContentOfTheSameLengthAndTime() throws IOException {
    Path file = write("a.yaml", "one");
    FileTime time = Files.getLastModifiedTime(file);
    var source = polled(file);

    Files.setLastModifiedTime(write("a.yaml", "two"), time);

    assertThat(source.poll()).isTrue();
    assertThat(source.poll()).isFalse();
  }

  @Test
  void ignoresATouch() throws IOException {
    Path file = write("a.yaml", "one");
    var source = polled(file);

    Files.setLastModifiedTime(file, FileTime.fromMillis(0));

    assertThat(source.poll()).isFalse();
  }

  @Test
  void seesTheSymlinkSwapOfAConfigMap() throws IOException {
    Files.createDirectories(dir.resolve("..v1"));
    Files.createDirectories(dir.resolve("..v2"));
    write("..v1/pack.yaml", "one");
    write("..v2/pack.yaml", "two");
    Files.createSymbolicLink(dir.resolve("..data"), Path.of("..v1"));
    Path file = Files.createSymbolicLink(dir.resolve("pack.yaml"), Path.of("..data/pack.yaml"));
    var source = polled(file);
    var whole = polled(dir);

    Files.createSymbolicLink(dir.resolve("..tmp"), Path.of("..v2"));
    Files.move(
        dir.resolve("..tmp"),
        dir.resolve("..data"),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);

    assertThat(source.poll()).isTrue();
    assertThat(whole.poll()).isTrue();
  }

  @Test
  void seesAFileComeEmptyAndGo() throws IOException {
    Path file = dir.resolve("a.yaml");
    var source = polled(file);

    Files.createFile(file);
    assertThat(source.poll()).isTrue();
    Files.delete(file);
    assertThat(source.poll()).isTrue();
    assertThat(source.poll()).isFalse();
  }

  @Test
  void tellsContentsOfNeighboursApart() throws IOException {
    Path a = write("a", "xy");
    Path b = write("b", "z");
    var source = new PackSource(List.of(a, b));
    source.poll();

    write("a", "x");
    write("b", "yz");

    assertThat(source.poll()).isTrue();
  }

  @Test
  void seesANewFileInADirectory() throws IOException {
    write("a", "x");
    var source = polled(dir);

    write("b", "");

    assertThat(source.poll()).isTrue();
  }

  private PackSource polled(Path path) {
    var source = new PackSource(List.of(path));
    source.poll();
    return source;
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(dir.resolve(name), text);
  }
}
