package io.keeptrusts.gateway.provider.google;

import com.fasterxml.jackson.databind.JsonNode;
import io.keeptrusts.gateway.provider.ProviderFailure;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The chunks of one answer ({@code GenerateContentResponse}), told as chat. Everything in a chunk
 * may be missing, and what is unknown is passed over: new parts, new enumerations. Safety ratings
 * and the markup of a search have no place in a chat.
 */
final class Answer {
  private static final int MAX_CANDIDATE = 127;

  private final Told told;
  private final int maxBytes;
  private final TreeMap<Integer, Candidate> candidates = new TreeMap<>();
  private @Nullable CallIds ids;
  private @Nullable JsonNode usage;
  private boolean blocked;

  /**
   * @param maxBytes of a tool call that comes in pieces
   */
  Answer(Told told, int maxBytes) {
    this.told = told;
    this.maxBytes = maxBytes;
  }

  /** The next chunk; an error in its place is thrown. */
  void chunk(JsonNode chunk) {
    if (!chunk.path("error").isMissingNode() && !chunk.path("error").isNull()) {
      throw Errors.inStream(chunk);
    }
    CallIds known = begin(chunk);
    int position = 0;
    for (JsonNode candidate : chunk.path("candidates")) {
      int index =
          candidate.path("index").isIntegralNumber()
              ? candidate.path("index").intValue()
              : position;
      candidates
          .computeIfAbsent(
              Math.clamp(index, 0, MAX_CANDIDATE), i -> new Candidate(i, told, known, maxBytes))
          .take(candidate);
      position++;
    }
    blocked |= FinishReason.blocked(chunk.path("promptFeedback"));
    // Cumulative; Vertex counts in the last chunk only.
    if (chunk.path("usageMetadata").has("promptTokenCount")
        || chunk.path("usageMetadata").has("totalTokenCount")) {
      usage = chunk.path("usageMetadata");
    }
  }

  private CallIds begin(JsonNode chunk) {
    if (ids == null) {
      String id = Json.string(chunk, "responseId");
      String unique = id == null ? UUID.randomUUID().toString().replace("-", "") : id;
      ids = new CallIds(unique);
      String model = Json.string(chunk, "modelVersion");
      told.start(
          "chatcmpl-" + unique,
          model == null ? "gemini" : model,
          created(chunk.path("createTime").asText("")));
    }
    return ids;
  }

  private static long created(String time) {
    try {
      return time.isEmpty() ? 0 : Instant.parse(time).getEpochSecond();
    } catch (DateTimeException e) {
      return 0;
    }
  }

  /**
   * The answer is over.
   *
   * @param cut whether a missing finish reason means that the end is missing; an answer in one
   *     piece cannot be cut
   */
  void end(boolean cut) {
    if (blocked) {
      if (candidates.isEmpty()) {
        candidates.put(0, new Candidate(0, told, new CallIds(""), maxBytes));
      }
      candidates.values().stream()
          .filter(candidate -> !candidate.ended())
          .forEach(Candidate::block);
    }
    if (cut && (candidates.isEmpty() || !candidates.values().stream().allMatch(Candidate::ended))) {
      throw ProviderFailure.connection(
          "The provider closed the stream before the answer was complete.");
    }
    if (candidates.isEmpty()) {
      throw ProviderFailure.broken(
          "The provider's answer holds no candidates; check the target's base_url.");
    }
    if (candidates.values().stream()
        .allMatch(candidate -> candidate.failed() || !candidate.spoken() && !candidate.ended())) {
      String reason = candidates.firstEntry().getValue().reason();
      throw ProviderFailure.broken("The provider ended without an answer (" + reason + ").");
    }
    candidates.values().forEach(Candidate::end);
    if (usage != null) {
      // Thoughts are billed beside the candidates' tokens, and what a tool brought in beside the
      // prompt's.
      long thoughts = Json.count(usage, "thoughtsTokenCount");
      told.usage(
          Json.count(usage, "promptTokenCount") + Json.count(usage, "toolUsePromptTokenCount"),
          Json.count(usage, "candidatesTokenCount") + thoughts,
          Json.count(usage, "cachedContentTokenCount"),
          thoughts);
    }
  }
}
