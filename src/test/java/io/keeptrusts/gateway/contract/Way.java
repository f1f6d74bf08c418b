package io.keeptrusts.gateway.contract;

import java.util.Locale;
import java.util.stream.Stream;

/**
 * One way through the gateway: a provider, the endpoint that the client asks, and whether it asks
 * for a stream.
 *
 * @param uri where the provider is asked
 */
record Way(Provider provider, Door door, boolean stream, Speaks speaks, String uri) {

  /** The providers, as targets of a pack. */
  enum Provider {
    OPENAI("openai", "m-openai", "", "", new OpenAiSpeaks(), "/v1"),
    ANTHROPIC("anthropic", "claude-sonnet-4-5", "", "", new AnthropicSpeaks(), null),
    GOOGLE("google", "gemini-3-pro", "/v1beta", "", new GeminiSpeaks(), null),
    GROQ("groq", "m-groq", "/openai/v1", "", new GroqSpeaks(), null),
    MISTRAL("mistral", "m-mistral", "/v1", "", new MistralSpeaks(), null),
    AZURE("azure-openai", "m-azure", "", ", azure_deployment: d-1", new AzureSpeaks(), "/openai"),
    AZURE_V1(
        "azure-openai",
        "m-azure-v1",
        "/openai/v1",
        ", azure_deployment: d-1",
        new AzureSpeaks(),
        "/openai/v1"),
    OLLAMA("ollama", "m-ollama", "", "", new OllamaSpeaks(), "/v1"),
    VLLM("vllm", "m-vllm", "/v1", "", new VllmSpeaks(), "/v1");

    private final String vendor;
    final String model;
    private final String base;
    private final String more;

    @SuppressWarnings("ImmutableEnumChecker") // a writer holds nothing
    private final Speaks chat;

    private final String responses;

    Provider(String vendor, String model, String base, String more, Speaks chat, String responses) {
      this.vendor = vendor;
      this.model = model;
      this.base = base;
      this.more = more;
      this.chat = chat;
      this.responses = responses;
    }

    String target(String url) {
      return "    - {id: %s, provider: %s, model: %s, base_url: \"%s\", secret_key_ref: {env: TEST_KEY}%s}\n"
          .formatted(name().toLowerCase(Locale.ROOT), vendor, model, url + base, more);
    }

    private Way way(Door door, boolean stream) {
      boolean own = door instanceof ResponsesDoor && responses != null;
      String version = this == AZURE ? "?api-version=2024-10-21" : "";
      String uri =
          own
              ? responses + "/responses" + version
              : switch (this) {
                case ANTHROPIC -> "/v1/messages";
                case GOOGLE ->
                    "/v1beta/models/gemini-3-pro:"
                        + (stream ? "streamGenerateContent?alt=sse" : "generateContent");
                case OLLAMA -> "/api/chat";
                case AZURE -> "/openai/deployments/d-1/chat/completions" + version;
                case GROQ, AZURE_V1 -> base + "/chat/completions";
                case OPENAI, MISTRAL, VLLM -> "/v1/chat/completions";
              };
      return new Way(this, door, stream, own ? new ResponsesSpeaks() : chat, uri);
    }
  }

  /** All of them. */
  static Stream<Way> all() {
    return Stream.of(Provider.values())
        .flatMap(
            provider ->
                Stream.of(new ChatDoor(), new ResponsesDoor())
                    .flatMap(
                        door -> Stream.of(true, false).map(stream -> provider.way(door, stream))));
  }

  static Stream<Way> streams() {
    return all().filter(Way::stream);
  }

  static String pack(String url, String chain) {
    StringBuilder targets = new StringBuilder();
    for (Provider provider : Provider.values()) {
      targets.append(provider.target(url));
    }
    return """
        pack: {name: contract, version: 1.0.0}
        providers:
          targets:
        %spolicies: {chain: [%s]}
        policy: {}
        """
        .formatted(targets, chain);
  }

  Door.Got read(String body) {
    return stream ? door.stream(body) : door.whole(body);
  }

  /** What should be heard of an answer on this way. */
  Heard expected(Answer answer) {
    return Heard.of(answer.within(speaks.can()), speaks);
  }

  @Override
  public String toString() {
    return provider.name().toLowerCase(Locale.ROOT)
        + " "
        + door
        + (stream ? " streamed" : " whole");
  }
}
