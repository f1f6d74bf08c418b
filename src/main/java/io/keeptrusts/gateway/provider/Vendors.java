package io.keeptrusts.gateway.provider;

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

  private static final Protocol GEMINI = new GeminiProtocol();
  private static final String GEMINI_URL = "https://generativelanguage.googleapis.com";
  private static final String GEMINI_KEY = "x-goog-api-key";

  private static final String AUTH = "Authorization";
  private static final String BEARER = "Bearer ";

  // name, base URL, key variable, key optional, key header, key prefix, usage option, local,
  // protocol
  private static final List<Vendor> ROWS =
      List.of(
          new Vendor(
                  "openai",
                  "https://api.openai.com",
                  "OPENAI_API_KEY",
                  false,
                  AUTH,
                  BEARER,
                  true,
                  false,
                  OPENAI)
              .with(RESPONSES),
          new Vendor(
              "anthropic",
              "https://api.anthropic.com",
              "ANTHROPIC_API_KEY",
              false,
              "x-api-key",
              "",
              false,
              false,
              ANTHROPIC),
          new Vendor(
              "groq",
              "https://api.groq.com/openai",
              "GROQ_API_KEY",
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
              "MISTRAL_API_KEY",
              false,
              AUTH,
              BEARER,
              false,
              false,
              MISTRAL),
          new Vendor(
                  "vllm",
                  "http://localhost:8000",
                  "VLLM_API_KEY",
                  true,
                  AUTH,
                  BEARER,
                  true,
                  false,
                  VLLM)
              .with(RESPONSES),
          new Vendor(
                  "azure-openai",
                  "",
                  "AZURE_OPENAI_API_KEY",
                  false,
                  "api-key",
                  "",
                  true,
                  false,
                  AZURE)
              .with(RESPONSES),
          new Vendor("azure", "", "AZURE_OPENAI_API_KEY", false, "api-key", "", true, false, AZURE)
              .with(RESPONSES),
          new Vendor(
                  "ollama",
                  "http://localhost:11434",
                  "OLLAMA_API_KEY",
                  true,
                  AUTH,
                  BEARER,
                  false,
                  false,
                  OLLAMA)
              .with(RESPONSES),
          new Vendor(
              "google", GEMINI_URL, "GOOGLE_API_KEY", false, GEMINI_KEY, "", true, false, GEMINI),
          new Vendor(
              "google-ai-studio",
              GEMINI_URL,
              "GOOGLE_API_KEY",
              false,
              GEMINI_KEY,
              "",
              true,
              false,
              GEMINI),
          new Vendor("demo", "http://demo.invalid", null, true, AUTH, BEARER, true, true, OPENAI));

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
