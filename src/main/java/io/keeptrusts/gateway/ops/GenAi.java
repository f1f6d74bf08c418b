package io.keeptrusts.gateway.ops;

import io.opentelemetry.api.common.AttributeKey;
import java.util.List;

/**
 * Names of OpenTelemetry's semantic conventions for generative AI (release 1.38, status
 * "development"), as far as the gateway uses them: spans, metrics, and how providers are called.
 */
final class GenAi {
  static final AttributeKey<String> OPERATION = AttributeKey.stringKey("gen_ai.operation.name");
  static final AttributeKey<String> PROVIDER = AttributeKey.stringKey("gen_ai.provider.name");
  static final AttributeKey<String> REQUEST_MODEL = AttributeKey.stringKey("gen_ai.request.model");
  static final AttributeKey<String> RESPONSE_MODEL =
      AttributeKey.stringKey("gen_ai.response.model");
  static final AttributeKey<String> RESPONSE_ID = AttributeKey.stringKey("gen_ai.response.id");
  static final AttributeKey<List<String>> FINISH_REASONS =
      AttributeKey.stringArrayKey("gen_ai.response.finish_reasons");
  static final AttributeKey<Long> INPUT_TOKENS = AttributeKey.longKey("gen_ai.usage.input_tokens");
  static final AttributeKey<Long> OUTPUT_TOKENS =
      AttributeKey.longKey("gen_ai.usage.output_tokens");
  static final AttributeKey<String> SERVER_ADDRESS = AttributeKey.stringKey("server.address");
  static final AttributeKey<Long> SERVER_PORT = AttributeKey.longKey("server.port");
  static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");
  static final AttributeKey<String> HTTP_METHOD = AttributeKey.stringKey("http.request.method");
  static final AttributeKey<Long> HTTP_STATUS = AttributeKey.longKey("http.response.status_code");

  static final String CLIENT_DURATION = "gen_ai.client.operation.duration";
  static final String CLIENT_TOKENS = "gen_ai.client.token.usage";
  static final String SERVER_DURATION = "gen_ai.server.request.duration";
  static final String SERVER_FIRST_TOKEN = "gen_ai.server.time_to_first_token";
  static final String SERVER_EACH_TOKEN = "gen_ai.server.time_per_output_token";
  static final String TOKEN_TYPE = "gen_ai.token.type";

  private GenAi() {}

  /** What the conventions call a vendor; its own name where they do not know it. */
  static String provider(String vendor) {
    return switch (vendor) {
      case "azure", "azure-openai" -> "azure.ai.openai";
      case "google", "google-ai-studio" -> "gcp.gemini";
      case "mistral" -> "mistral_ai";
      default -> vendor;
    };
  }
}
