package io.keeptrusts.gateway.provider;

/** What a target is asked to do. */
public enum Task {
  /** To answer: chat completions and responses. */
  CHAT("chat"),
  /** To turn texts into vectors. */
  EMBEDDINGS("embeddings");

  private final String operation;

  Task(String operation) {
    this.operation = operation;
  }

  /** Its name in OpenTelemetry's conventions, {@code gen_ai.operation.name}. */
  public String operation() {
    return operation;
  }
}
