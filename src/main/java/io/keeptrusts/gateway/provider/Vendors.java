package io.keeptrusts.gateway.provider;

import io.keeptrusts.gateway.provider.google.GeminiEmbeddings;
import io.keeptrusts.gateway.provider.google.GeminiProtocol;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The table of providers. A new vendor that speaks a known protocol is one row. */
public final class Vendors {
  private static final Protocol OPENAI = new OpenAiProtocol(OpenAiVariant.OPENAI);
  private static final Protocol ANTHROPIC = new AnthropicProtocol();
  private static final Protocol AZURE = new OpenAiProtocol(OpenAiVariant.AZURE);
  private static final Protocol GROQ = new OpenAiProtocol(OpenAiVariant.GROQ);
  private static final Protocol MISTRAL = new OpenAiProtocol(OpenAiVariant.MISTRAL);
  private static final Protocol OLLAMA = new OllamaProtocol();
  private static final Protocol VLLM = new OpenAiProtocol(OpenAiVariant.VLLM);
  private static final Protocol RESPONSES = new OpenAiResponses("/v1/responses");

  private static final Protocol EMBEDDINGS = new OpenAiEmbeddings(Map.of(), Set.of(), false);
  private static final Protocol MISTRAL_EMBEDDINGS =
      new OpenAiEmbeddings(Map.of("dimensions", "output_dimension"), Set.of("user"), true);
  private static final Protocol OLLAMA_EMBEDDINGS = new OllamaEmbeddings();
  private static final Protocol GEMINI_EMBEDDINGS = new GeminiEmbeddings();

  private static final Protocol GEMINI = new GeminiProtocol();
  private static final String GEMINI_URL = "https://generativelanguage.googleapis.com";
  // Google's own clients take either.
  private static final List<String> GEMINI_KEYS = List.of("GOOGLE_API_KEY", "GEMINI_API_KEY");
  private static final String GEMINI_KEY = "x-goog-api-key";

  private static final String AUTH = "Authorization";
  private static final String BEARER = "Bearer ";

  // name, base URL, key variables, key optional, key header, key prefix, usage option, local,
  // protocol
  private static final List<Vendor> ROWS =
      List.of(
          new Vendor(
                  "openai",
                  "https://api.openai.com",
                  List.of("OPENAI_API_KEY"),
                  false,
                  AUTH,
                  BEARER,
                  true,
                  false,
                  OPENAI)
              .with(RESPONSES)
              .embedding(EMBEDDINGS),
          new Vendor(
                  "anthropic",
                  "https://api.anthropic.com",
                  List.of("ANTHROPIC_API_KEY"),
                  false,
                  "x-api-key",
                  "",
                  false,
                  false,
                  ANTHROPIC)
              .prefilled(Prefill.ANTHROPIC),
          new Vendor(
              "groq",
              "https://api.groq.com/openai",
              List.of("GROQ_API_KEY"),
              false,
              AUTH,
              BEARER,
              true,
              false,
              GROQ),
          // Mistral always sends usage on its last chunk; stream_options is an unknown field to it.
          new Vendor(
                  "mistral",
                  "https://api.mistral.ai",
                  List.of("MISTRAL_API_KEY"),
                  false,
                  AUTH,
                  BEARER,
                  false,
                  false,
                  MISTRAL)
              .embedding(MISTRAL_EMBEDDINGS)
              .prefilled(Prefill.PREFIX),
          new Vendor(
                  "vllm",
                  "http://localhost:8000",
                  List.of("VLLM_API_KEY"),
                  true,
                  AUTH,
                  BEARER,
                  true,
                  false,
                  VLLM)
              .with(RESPONSES)
              .embedding(EMBEDDINGS)
              .prefilled(Prefill.CONTINUE_FINAL_MESSAGE),
          new Vendor(
                  "azure-openai",
                  "",
                  List.of("AZURE_OPENAI_API_KEY"),
                  false,
                  "api-key",
                  "",
                  true,
                  false,
                  AZURE)
              .with(RESPONSES)
              .embedding(EMBEDDINGS),
          new Vendor(
                  "azure",
                  "",
                  List.of("AZURE_OPENAI_API_KEY"),
                  false,
                  "api-key",
                  "",
                  true,
                  false,
                  AZURE)
              .with(RESPONSES)
              .embedding(EMBEDDINGS),
          new Vendor(
                  "ollama",
                  "http://localhost:11434",
                  List.of("OLLAMA_API_KEY"),
                  true,
                  AUTH,
                  BEARER,
                  false,
                  false,
                  OLLAMA)
              .with(RESPONSES)
              .embedding(OLLAMA_EMBEDDINGS)
              .prefilled(Prefill.LAST_MESSAGE),
          new Vendor("google", GEMINI_URL, GEMINI_KEYS, false, GEMINI_KEY, "", true, false, GEMINI)
              .embedding(GEMINI_EMBEDDINGS),
          new Vendor(
                  "google-ai-studio",
                  GEMINI_URL,
                  GEMINI_KEYS,
                  false,
                  GEMINI_KEY,
                  "",
                  true,
                  false,
                  GEMINI)
              .embedding(GEMINI_EMBEDDINGS),
          new Vendor(
                  "demo", "http://demo.invalid", List.of(), true, AUTH, BEARER, true, true, OPENAI)
              .embedding(EMBEDDINGS));

  private static final Map<String, Vendor> BY_NAME =
      ROWS.stream().collect(Collectors.toUnmodifiableMap(Vendor::name, Function.identity()));

  private Vendors() {}

  /** All names, sorted. */
  public static Set<String> names() {
    return new TreeSet<>(BY_NAME.keySet());
  }

  public static @Nullable Vendor find(String name) {
    return BY_NAME.get(name);
  }
}
