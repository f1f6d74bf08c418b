package io.keeptrusts.gateway.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * One answer of a provider as a file.
 *
 * @param name its path below the place where recordings lie, unique
 * @param provider openai, groq, ...; for samples of compatible servers {@code other/<server>}
 * @param endpoint the path that was asked
 * @param stream whether it was asked as a stream; an error to such a request is none
 * @param status of the answer; 0 where the recording does not say
 * @param contentType empty where the recording does not say
 */
public record Recording(
    String name,
    String provider,
    String endpoint,
    boolean stream,
    int status,
    String contentType,
    Path file) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The provider, with all compatible servers as one. */
  public String family() {
    return provider.split("/", 2)[0];
  }

  public byte[] body() {
    return Recordings.read(file);
  }

  /**
   * Sizes of the reads in which the bytes reached the recorder; empty where it did not write them
   * down.
   */
  public int[] reads() {
    Path reads =
        file.resolveSibling(
            file.getFileName().toString().replaceFirst("\\.[a-z]+$", ".reads.json"));
    if (!Files.exists(reads)) {
      return new int[0];
    }
    try {
      return JSON.readValue(reads.toFile(), int[].class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
