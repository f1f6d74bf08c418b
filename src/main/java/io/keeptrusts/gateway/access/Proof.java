package io.keeptrusts.gateway.access;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.consumer.ErrorCodes;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/**
 * Verifies signed tokens (RFC 7519, RFC 7515 compact): signature, {@code exp}, which must be there,
 * {@code nbf}, and {@code iss} and {@code aud} where the terms name them. Each key has one
 * algorithm; {@code none}, encrypted tokens and keys that a token brings along are refused.
 * Thread-safe; takes some hundred microseconds; asks no network.
 */
public final class Proof {
  private static final int LONGEST_TOKEN = 16 * 1024;
  private static final int MOST_ROLES = 256;
  private static final int LONGEST_NAME = 256;

  /**
   * What a token must say, and where it says who speaks.
   *
   * @param issuer what {@code iss} must be; null: anything
   * @param audience one of these must be in {@code aud}; empty: anything
   * @param leewaySeconds by how much clocks may differ
   * @param userClaim which claim names the user
   * @param roleClaims which claims name roles; a path leads into objects
   */
  public record Terms(
      @Nullable String issuer,
      List<String> audience,
      int leewaySeconds,
      String userClaim,
      List<String> roleClaims) {
    public Terms {
      audience = List.copyOf(audience);
      roleClaims = List.copyOf(roleClaims);
    }
  }

  /** Who a token speaks of. */
  public record Subject(String user, Set<String> roles) {}

  /** What came of a token. */
  public sealed interface Result {
    record Proven(Subject subject) implements Result {}

    record Refused(String why) implements Result {}
  }

  private record Verifier(SigningKey key, JwtConsumer consumer) {}

  private final List<Verifier> verifiers;
  private final String userClaim;
  private final List<String> roleClaims;

  public Proof(List<SigningKey> keys, Terms settings) {
    this.verifiers = keys.stream().map(key -> new Verifier(key, consumer(key, settings))).toList();
    this.userClaim = settings.userClaim();
    this.roleClaims = settings.roleClaims();
  }

  private static JwtConsumer consumer(SigningKey key, Terms settings) {
    JwtConsumerBuilder builder =
        new JwtConsumerBuilder()
            .setVerificationKey(key.key())
            .setJwsAlgorithmConstraints(
                new AlgorithmConstraints(ConstraintType.PERMIT, key.algorithm()))
            .setRequireExpirationTime()
            .setAllowedClockSkewInSeconds(settings.leewaySeconds());
    if (settings.issuer() != null) {
      builder.setExpectedIssuer(settings.issuer());
    }
    if (settings.audience().isEmpty()) {
      builder.setSkipDefaultAudienceValidation();
    } else {
      builder.setExpectedAudience(true, settings.audience().toArray(String[]::new));
    }
    return builder.build();
  }

  /** Whether a bearer token has the form of a signed one. */
  public static boolean isSigned(String token) {
    int first = token.indexOf('.');
    int second = token.indexOf('.', first + 1);
    return first > 0 && second > first && token.indexOf('.', second + 1) < 0;
  }

  /** Whether there is a key that a token may be signed with, by what its head says. */
  boolean hasKeyFor(String token) {
    try {
      return token.length() <= LONGEST_TOKEN && !candidates(token).isEmpty();
    } catch (JoseException | ClassCastException e) {
      return true; // it is refused for another reason
    }
  }

  public Result verify(String token) {
    if (token.length() > LONGEST_TOKEN) {
      return new Result.Refused("it is too long");
    }
    List<Verifier> candidates;
    try {
      candidates = candidates(token);
    } catch (JoseException | ClassCastException e) {
      // The library casts what stands in a header without a look.
      return new Result.Refused("it is not a signed JWT");
    }
    String why = "no key of this gateway fits it";
    for (Verifier verifier : candidates) {
      try {
        return new Result.Proven(subject(verifier.consumer().processToClaims(token)));
      } catch (InvalidJwtException e) {
        why = why(e);
      }
    }
    return new Result.Refused(why);
  }

  private List<Verifier> candidates(String token) throws JoseException {
    JsonWebSignature shape = new JsonWebSignature();
    shape.setCompactSerialization(token);
    return candidates(shape.getKeyIdHeaderValue(), shape.getAlgorithmHeaderValue());
  }

  private List<Verifier> candidates(@Nullable String id, @Nullable String algorithm) {
    List<Verifier> fit =
        verifiers.stream().filter(each -> each.key().algorithm().equals(algorithm)).toList();
    List<Verifier> named =
        fit.stream().filter(each -> id != null && id.equals(each.key().id())).toList();
    return named.isEmpty()
        ? fit.stream().filter(each -> id == null || each.key().id() == null).toList()
        : named;
  }

  /** Never the library's own words: they quote the token. */
  private static String why(InvalidJwtException e) {
    if (e.hasErrorCode(ErrorCodes.EXPIRED)) {
      return "it has expired";
    } else if (e.hasErrorCode(ErrorCodes.EXPIRATION_MISSING)) {
      return "it does not say when it expires";
    } else if (e.hasErrorCode(ErrorCodes.NOT_YET_VALID)) {
      return "it is not valid yet";
    } else if (e.hasErrorCode(ErrorCodes.ISSUER_INVALID)
        || e.hasErrorCode(ErrorCodes.ISSUER_MISSING)) {
      return "it is of another issuer";
    } else if (e.hasErrorCode(ErrorCodes.AUDIENCE_INVALID)
        || e.hasErrorCode(ErrorCodes.AUDIENCE_MISSING)) {
      return "it is for another audience";
    }
    return "its signature does not verify";
  }

  private Subject subject(JwtClaims claims) {
    Set<String> roles = new LinkedHashSet<>();
    for (String claim : roleClaims) {
      roles.addAll(names(find(claims.getClaimsMap(), claim)));
    }
    List<String> user = names(find(claims.getClaimsMap(), userClaim));
    return new Subject(user.isEmpty() ? "" : user.getFirst(), roles);
  }

  /** A claim by its name, or by the path of members that leads to it. */
  private static @Nullable Object find(Map<?, ?> claims, String name) {
    if (claims.containsKey(name)) {
      return claims.get(name);
    }
    int dot = name.indexOf('.');
    return dot > 0 && claims.get(name.substring(0, dot)) instanceof Map<?, ?> inner
        ? find(inner, name.substring(dot + 1))
        : null;
  }

  private static List<String> names(@Nullable Object claim) {
    List<String> names = new ArrayList<>();
    for (Object each :
        claim instanceof List<?> list ? list : claim == null ? List.of() : List.of(claim)) {
      if (each instanceof String name
          && !name.isBlank()
          && name.length() <= LONGEST_NAME
          && names.size() < MOST_ROLES) {
        names.add(name);
      }
    }
    return names;
  }
}
