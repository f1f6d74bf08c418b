package io.keeptrusts.gateway.policy.kind.pii;

import static io.keeptrusts.gateway.policy.kind.pii.Context.END;
import static io.keeptrusts.gateway.policy.kind.pii.Context.START;

import io.keeptrusts.gateway.policy.match.Rule;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Addresses of crypto currencies, by their checksums. */
final class Wallets {
  private static final String BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
  private static final String BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
  private static final int[] GENERATOR = {
    0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3
  };
  private static final int BECH32M = 0x2bc830a3;

  static final List<Rule> RULES =
      List.of(
          Rule.of("BITCOIN_ADDRESS", "[13][1-9A-HJ-NP-Za-km-z]{25,34}")
              .after(START)
              .before(END)
              .when(Wallets::base58check),
          Rule.of("BITCOIN_ADDRESS", "(?i)(bc1|tb1)[0-9ac-hj-np-z]{11,71}")
              .after(START)
              .before(END)
              .when(Wallets::bech32),
          Rule.of("ETHEREUM_ADDRESS", "0x[0-9a-fA-F]{40}").after(START).before(END),
          Rule.of("TRON_ADDRESS", "T[1-9A-HJ-NP-Za-km-z]{33}")
              .after(START)
              .before(END)
              .when(Wallets::base58check),
          Rule.of("LITECOIN_ADDRESS", "[LM][1-9A-HJ-NP-Za-km-z]{26,33}")
              .after(START)
              .before(END)
              .when(Wallets::base58check),
          Rule.of("RIPPLE_SECRET", "s[1-9A-HJ-NP-Za-km-z]{28}")
              .after("(?i)(^|[^a-z])(xrp|ripple)[^\\n]*[^\\w]")
              .before(END));

  private Wallets() {}

  /** The last four bytes are the first four of the twice hashed rest. */
  static boolean base58check(CharSequence body) {
    BigInteger value = BigInteger.ZERO;
    for (int i = 0; i < body.length(); i++) {
      value =
          value
              .multiply(BigInteger.valueOf(58))
              .add(BigInteger.valueOf(BASE58.indexOf(body.charAt(i))));
    }
    byte[] bytes = value.toByteArray();
    byte[] decoded = new byte[25];
    int skip = bytes[0] == 0 ? 1 : 0;
    int length = bytes.length - skip;
    if (length > 25 || length < 5) {
      return false;
    }
    System.arraycopy(bytes, skip, decoded, 25 - length, length);
    byte[] hash = sha256(sha256(Arrays.copyOf(decoded, 21)));
    return Arrays.equals(hash, 0, 4, decoded, 21, 25);
  }

  /** BIP 173 and BIP 350. */
  static boolean bech32(CharSequence body) {
    String address = body.toString();
    String lower = address.toLowerCase(Locale.ROOT);
    if (!address.equals(lower) && !address.equals(address.toUpperCase(Locale.ROOT))) {
      return false;
    }
    int check = 1;
    for (int value :
        new int[] {
          lower.charAt(0) >> 5, lower.charAt(1) >> 5, 0, lower.charAt(0) & 31, lower.charAt(1) & 31
        }) {
      check = polymod(check, value);
    }
    for (int i = 3; i < lower.length(); i++) {
      check = polymod(check, BECH32.indexOf(lower.charAt(i)));
    }
    return check == 1 || check == BECH32M;
  }

  private static int polymod(int check, int value) {
    int top = check >>> 25;
    int next = (check & 0x1ffffff) << 5 ^ value;
    for (int i = 0; i < GENERATOR.length; i++) {
      next ^= (top >> i & 1) * GENERATOR[i];
    }
    return next;
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
