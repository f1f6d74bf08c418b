package io.keeptrusts.gateway.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How far a reader has come in each series, kept in a file of lines {@code <series> <segment>
 * <offset> <number>}. Single thread.
 */
final class Positions {

  /**
   * @param offset in the segment, of the next record
   * @param number of the next record
   */
  record Mark(int segment, long offset, long number) {}

  private final Path file;
  private final Map<Series, Mark> marks = new TreeMap<>();
  private boolean changed = true;

  Positions(Path file) throws IOException {
    this.file = file;
    for (String line : Files.exists(file) ? Files.readAllLines(file) : List.<String>of()) {
      String[] words = line.split(" ", -1);
      Series series = Series.named(words[0]);
      if (words.length != 4 || series == null) {
        throw new IOException(file + " is damaged: remove it, and sinks go on from now");
      }
      try {
        marks.put(
            series,
            new Mark(
                Integer.parseInt(words[1]), Long.parseLong(words[2]), Long.parseLong(words[3])));
      } catch (NumberFormatException e) {
        throw new IOException(file + " is damaged: remove it, and sinks go on from now", e);
      }
    }
  }

  @Nullable Mark get(Series series) {
    return marks.get(series);
  }

  void put(Series series, Mark mark) {
    changed |= !mark.equals(marks.put(series, mark));
  }

  /** Forgets series that are no more. */
  void retain(Collection<Series> there) {
    changed |= marks.keySet().retainAll(there);
  }

  /** Replaces the file, if there is something new. */
  void save() throws IOException {
    if (!changed) {
      return;
    }
    StringBuilder lines = new StringBuilder();
    marks.forEach(
        (series, mark) ->
            lines.append(
                "%s %d %d %d\n"
                    .formatted(series.name(), mark.segment(), mark.offset(), mark.number())));
    Path fresh = file.resolveSibling("." + file.getFileName() + ".new");
    Files.writeString(fresh, lines);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    changed = false;
  }
}
