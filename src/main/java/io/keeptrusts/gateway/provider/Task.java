package io.keeptrusts.gateway.provider;

/** What a target is asked to do. */
public enum Task {
  /** To answer: chat completions and responses. */
  CHAT,
  /** To turn texts into vectors. */
  EMBEDDINGS
}
