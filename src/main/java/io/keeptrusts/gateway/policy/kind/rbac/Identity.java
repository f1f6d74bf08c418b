package io.keeptrusts.gateway.policy.kind.rbac;

import io.keeptrusts.gateway.access.Proof;
import io.keeptrusts.gateway.exchange.Caller;
import io.keeptrusts.gateway.exchange.Peers;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Establishes who asks. A token that is proven speaks first; headers say what it leaves open if the
 * peer is trusted. Of others, {@code X-User-ID} is taken for a claim where no proof is required,
 * and roles never.
 *
 * @param proof null: tokens are not looked at
 */
record Identity(boolean requireAuth, Peers trusted, @Nullable Proof proof) {
  static final String USER = "X-User-ID";
  static final List<String> ROLES = List.of("X-User-Role", "X-User-Roles");

  /** What holders of the gateway's own token are called: it is shared, and names no person. */
  static final String TOKEN_HOLDER = "gateway-token";

  private static final int LONGEST_USER = 256;
  private static final int LONGEST_HEADER = 4096;

  /** What came of it. */
  sealed interface Result {
    record Known(Caller caller) implements Result {}

    /**
     * @param message what the caller is told
     */
    record Unproven(String message) implements Result {}
  }

  Result of(Caller caller) {
    boolean peer = trusted.contain(caller.address());
    String token = bearer(caller);
    Proof.Subject subject =
        caller.isProven()
            ? new Proof.Subject(caller.user(), caller.roles())
            : new Proof.Subject("", Set.of());
    boolean proven = caller.holdsToken();
    if (proof != null && token != null && Proof.isSigned(token) && !isOwn(caller)) {
      switch (proof.verify(token)) {
        case Proof.Result.Proven(Proof.Subject who) -> {
          subject = who;
          proven = true;
        }
        case Proof.Result.Refused(String why) -> {
          return new Result.Unproven("The bearer token is refused: " + why + ".");
        }
      }
    }
    if (requireAuth && !proven) {
      return new Result.Unproven(
          token == null
              ? "Policy rbac requires authentication: send Authorization: Bearer <token>."
              : "The bearer token is not one that this gateway can verify.");
    }
    return new Result.Known(
        caller.known(user(caller, subject, peer), roles(caller, subject, peer)));
  }

  /** The user whom a token or a trusted peer names, not one that a caller only claims to be. */
  @Nullable String provenUser(Caller caller) {
    String token = bearer(caller);
    if (proof != null
        && token != null
        && Proof.isSigned(token)
        && !isOwn(caller)
        && proof.verify(token) instanceof Proof.Result.Proven(Proof.Subject who)
        && !who.user().isEmpty()) {
      return who.user();
    }
    if (caller.isProven()) {
      return caller.user();
    }
    String named = trusted.contain(caller.address()) ? header(caller, USER) : "";
    return named.isEmpty() || named.length() > LONGEST_USER ? null : named;
  }

  private String user(Caller caller, Proof.Subject subject, boolean peer) {
    if (!subject.user().isEmpty()) {
      return subject.user();
    }
    String claimed = header(caller, USER);
    if (!claimed.isEmpty() && claimed.length() <= LONGEST_USER && (peer || !requireAuth)) {
      return claimed;
    }
    return requireAuth && caller.holdsToken() ? TOKEN_HOLDER : "";
  }

  private static Set<String> roles(Caller caller, Proof.Subject subject, boolean peer) {
    if (!subject.roles().isEmpty() || !peer) {
      return subject.roles();
    }
    Set<String> roles = new LinkedHashSet<>();
    for (String name : ROLES) {
      Arrays.stream(header(caller, name).split(","))
          .map(String::strip)
          .filter(role -> !role.isEmpty())
          .forEach(roles::add);
    }
    return roles;
  }

  /**
   * The first of these headers that is missing; null if none is. What a token says stands for the
   * header that says it; where proof is required, only what is established counts.
   */
  @Nullable String missing(List<String> headers, Caller sent, Caller known) {
    for (String name : headers) {
      boolean user = name.equalsIgnoreCase(USER);
      boolean role = ROLES.stream().anyMatch(name::equalsIgnoreCase);
      boolean there = user && !known.user().isEmpty() || role && !known.roles().isEmpty();
      boolean claimed = !header(sent, name).isEmpty() && !user && (!role || !requireAuth);
      if (!there && !claimed) {
        return name;
      }
    }
    return null;
  }

  private static String header(Caller caller, String name) {
    String value = caller.header(name);
    return value == null || value.length() > LONGEST_HEADER ? "" : value.strip();
  }

  private static @Nullable String bearer(Caller caller) {
    String header = caller.header("Authorization");
    return header != null && header.regionMatches(true, 0, "Bearer ", 0, 7)
        ? header.substring(7).strip()
        : null;
  }

  /** Whether the bearer token is the gateway's own, whatever it looks like. */
  private static boolean isOwn(Caller caller) {
    return caller.holdsToken() && caller.header("X-Keeptrusts-Token") == null;
  }
}
