package io.keeptrusts.gateway;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Settings of the process. What the gateway does with a request stands in the pack, not here. */
@ConfigMapping(prefix = "gateway")
public interface GatewayConfig {

  /** Pack files, merged in order, later ones win. Empty: the demo pack that ships inside. */
  Optional<List<Path>> policyConfig();

  /** What happens when a policy fails: {@code block} or {@code allow}. */
  @WithDefault("block")
  FailMode failMode();

  /** Open exchanges; one more gets a 503. */
  @WithDefault("10000")
  int maxConcurrency();

  /**
   * What clients must send as bearer token; without it and {@link #tokensDir} everybody may ask.
   */
  Optional<String> apiToken();

  /** Further tokens: one file each, which names it; read again when it changes. */
  Optional<Path> tokensDir();

  /** Where {@code secret_key_ref: {store: name}} finds its files. */
  Optional<Path> secretsDir();

  /** How often the pack's files are looked at. */
  @WithDefault("2s")
  Duration reloadEvery();

  Http http();

  Admin admin();

  Oidc oidc();

  Egress egress();

  Sse sse();

  Buffer buffer();

  Upstream upstream();

  Workers workers();

  Audit audit();

  Drain drain();

  Log log();

  Limits limits();

  /** What to do when a policy throws or takes too long. */
  enum FailMode {
    BLOCK,
    ALLOW
  }

  interface Http {
    /** The longest request body. */
    @WithDefault("16M")
    MemorySize maxBody();

    /** From the head of a request to the end of its body; then it is a 408. */
    @WithDefault("30s")
    Duration bodyTimeout();

    /**
     * Bytes of the request bodies of all open exchanges; one more gets a 503. Absent: an eighth of
     * the heap, room for one of the longest at least.
     */
    Optional<MemorySize> maxBodies();

    /** Whether clients must, may or need not show a certificate, where the gateway speaks TLS. */
    @WithDefault("none")
    CertificateUse clientAuth();
  }

  /** What is asked of clients. */
  enum CertificateUse {
    NONE,
    REQUEST,
    REQUIRED
  }

  /** Who may use the endpoints for operators. */
  interface Admin {
    /**
     * What operators must send as bearer token; then no token of an application is one of theirs.
     */
    Optional<String> token();

    /** Further tokens of operators, as in {@link GatewayConfig#tokensDir()}. */
    Optional<Path> tokensDir();

    /** Whether, where no token tells, requests from this machine are an operator's. */
    @WithDefault("true")
    boolean local();
  }

  /** Tokens of an OpenID provider that open the door as the gateway's own do. */
  interface Oidc {
    /** What {@code iss} must be; absent: no such tokens are accepted. */
    Optional<String> issuer();

    /** One of these must be in {@code aud}. */
    Optional<List<String>> audience();

    /** Where the provider's keys are; absent: its discovery document tells. */
    Optional<URI> jwksUrl();

    /** The TLS configuration by which they are fetched. */
    Optional<String> tls();

    /** How long keys are used before they are fetched again. */
    @WithDefault("5m")
    Duration refresh();

    /** By how much clocks may differ. */
    @WithDefault("30s")
    Duration leeway();

    /** Which claim names the user. */
    @WithDefault("sub")
    String userClaim();

    /** Which claims name roles, as a text or a list; a path leads into objects. */
    @WithDefault("roles,groups")
    List<String> roleClaims();
  }

  interface Egress {
    /** Hosts, addresses and networks to which connections may go, whatever range they are in. */
    Optional<List<String>> allow();
  }

  interface Sse {
    /** Silence after which a comment is sent, once the provider has answered. */
    @WithDefault("15s")
    Duration heartbeat();

    /** The largest event of a provider. */
    @WithDefault("16M")
    MemorySize maxEvent();
  }

  interface Buffer {
    /**
     * The most bytes of an answer that a buffered policy may hold; beyond it the answer is blocked.
     */
    @WithDefault("4M")
    @WithName("max-bytes")
    MemorySize maxBytes();
  }

  /** Limits of one attempt at a provider. */
  interface Upstream {
    @WithDefault("5s")
    Duration connect();

    /** From the request to status and headers. */
    @WithDefault("120s")
    Duration firstByte();

    /** Between two reads while the gateway is ready to read. */
    @WithDefault("300s")
    Duration idle();

    /** The whole exchange. */
    @WithDefault("30m")
    Duration total();
  }

  /** Threads for work that is too long for an event loop. */
  interface Workers {
    @WithDefault("4")
    int threads();

    @WithDefault("1000")
    int queue();

    @WithDefault("10s")
    Duration limit();

    /** Request bodies up to this size are checked on the event loop. */
    @WithDefault("8K")
    MemorySize inlineInput();
  }

  interface Audit {
    /** Where audit-logger keeps its trail. */
    @WithDefault("audit")
    Path dir();

    /** The largest size of a segment; the first ones of an event loop are smaller. */
    @WithDefault("16M")
    MemorySize segment();

    /** A segment this old ends with the next record. */
    @WithDefault("24h")
    Duration rollEvery();

    /** What was recorded is signed no later than this. */
    @WithDefault("10s")
    Duration checkpointEvery();

    /**
     * An Ed25519 private key, PKCS#8 in PEM: a path, or the name of a file in {@link
     * GatewayConfig#secretsDir()}. Absent: a key that is made in {@link #dir()}.
     */
    Optional<Path> signingKey();

    /** How long the end of the process may take to send what sinks still lack. */
    @WithDefault("5s")
    Duration flush();
  }

  interface Log {
    /** What a line on the console looks like. */
    @WithDefault("text")
    Format format();

    /** TEXT: for people; JSON: an object a line. */
    enum Format {
      TEXT,
      JSON
    }
  }

  interface Limits {
    Redis redis();

    /** Where replicas count together; without a URL each counts in its own memory. */
    interface Redis {
      /**
       * {@code redis://host:port/database}, {@code rediss://} for TLS; a user's name as {@code
       * user@}, no password.
       */
      Optional<String> url();

      /**
       * The file with the password: a path, or the name of a file in {@link
       * GatewayConfig#secretsDir()}.
       */
      Optional<Path> passwordFile();

      /** How long an answer may take; after that Redis counts as lost until it is back. */
      @WithDefault("500ms")
      Duration timeout();
    }
  }

  interface Drain {
    /** How long open streams may go on after SIGTERM before they are ended with an error. */
    @WithDefault("25s")
    Duration grace();
  }
}
