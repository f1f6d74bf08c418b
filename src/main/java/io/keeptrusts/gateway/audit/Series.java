package io.keeptrusts.gateway.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The segments that one thread of one process run writes: {@code <run>.<shard>.<segment>.jsonl},
 * and {@code <run>.<shard>.tombstone} for those that retention removed. A run is {@code <start,
 * UTC>-<random>}; every start of the process begins new series.
 */
record Series(String run, int shard) implements Comparable<Series> {
  private static final Pattern FILE =
      Pattern.compile(
          "(\\d{8}T\\d{6}Z-[0-9a-f]{8})\\.(\\d{2,9})\\.(?:(\\d{6,9})\\.jsonl|tombstone)");

  /** Number 0 holds what is signed about the others. */
  boolean isNotarys() {
    return shard == 0;
  }

  String name() {
    return "%s.%02d".formatted(run, shard);
  }

  Path segment(Path dir, int number) {
    return dir.resolve("%s.%06d.jsonl".formatted(name(), number));
  }

  Path tombstone(Path dir) {
    return dir.resolve(name() + ".tombstone");
  }

  @Override
  public int compareTo(Series other) {
    int byRun = run.compareTo(other.run);
    return byRun != 0 ? byRun : Integer.compare(shard, other.shard);
  }

  /**
   * Every series of a directory with the numbers of its segments; none if only its tombstone is
   * left.
   */
  static SortedMap<Series, SortedSet<Integer>> list(Path dir) throws IOException {
    SortedMap<Series, SortedSet<Integer>> found = new TreeMap<>();
    try (var files = Files.newDirectoryStream(dir)) {
      for (Path file : files) {
        Place place = place(file);
        if (place != null) {
          SortedSet<Integer> segments =
              found.computeIfAbsent(place.series(), series -> new TreeSet<>());
          if (place.segment() != null) {
            segments.add(place.segment());
          }
        }
      }
    }
    return found;
  }

  /** The series of that name; null if it is none. */
  static @Nullable Series named(String name) {
    Place place = place(Path.of(name + ".tombstone"));
    return place == null ? null : place.series();
  }

  /** What a file name says; null if it is no file of a trail. */
  static @Nullable Place place(Path file) {
    Matcher name = FILE.matcher(file.getFileName().toString());
    if (!name.matches()) {
      return null;
    }
    Integer segment = name.group(3) == null ? null : Integer.valueOf(name.group(3));
    return new Place(new Series(name.group(1), Integer.parseInt(name.group(2))), segment);
  }

  /**
   * A file of a series.
   *
   * @param segment its number; null for the tombstone
   */
  record Place(Series series, @Nullable Integer segment) {}
}
