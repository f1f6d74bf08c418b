package io.keeptrusts.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tokens by name. */
class TokenStoreTest {
  private static final String OLD = "old-token-0123456789";
  private static final String NEW = "new-token-0123456789";

  @TempDir Path dir;

  private TokenStore store(String token) {
    return new TokenStore(token, dir);
  }

  private void file(String name, String content) throws IOException {
    Files.writeString(dir.resolve(name), content);
  }

  @Test
  void aFileNamesItsTokens() throws IOException {
    file("shop", OLD + "\n" + NEW + "\n");
    file("desk", "  " + "d".repeat(16) + "\r\n");
    file("..data", "a link of the platform's");
    TokenStore store = store("configured");

    assertThat(store.load()).isEmpty();

    assertThat(store.nameOf(OLD)).isEqualTo("shop");
    assertThat(store.nameOf(NEW)).isEqualTo("shop");
    assertThat(store.nameOf("d".repeat(16))).isEqualTo("desk");
    assertThat(store.nameOf("configured")).isEqualTo(TokenStore.DEFAULT);
    assertThat(store.nameOf(OLD + "x")).isNull();
    assertThat(store.nameOf("")).isNull();
  }

  @Test
  void aFileMayHoldADigestInsteadOfItsToken() throws Exception {
    byte[] digest =
        MessageDigest.getInstance("SHA-256").digest(OLD.getBytes(StandardCharsets.UTF_8));
    file("shop", "sha256:" + HexFormat.of().formatHex(digest));
    TokenStore store = store(null);

    assertThat(store.load()).isEmpty();

    assertThat(store.nameOf(OLD)).isEqualTo("shop");
    assertThat(store.nameOf("sha256:" + HexFormat.of().formatHex(digest)))
        .as("who reads the file cannot use it")
        .isNull();
  }

  @Test
  void anOldTokenGoesWithTheNextLoad() throws IOException {
    file("shop", OLD);
    TokenStore store = store(null);
    store.load();
    file("shop", NEW);

    assertThat(store.load()).isEmpty();

    assertThat(store.nameOf(OLD)).isNull();
    assertThat(store.nameOf(NEW)).isEqualTo("shop");
  }

  @ParameterizedTest
  @CsvSource({
    "shop,         '',                                 shop: is empty",
    "shop,         too-short,                          'shop:1: must be 16 or more'",
    "shop,         'a token with blanks in it',        'shop:1: must be 16 or more'",
    "shop,         sha256:0123,                        'shop:1: must be 16 or more'",
    "'sp ace',     a-token-that-is-long-enough,        a file's name",
    "default,      a-token-that-is-long-enough,        a file's name",
    "thief,        old-token-0123456789,               'thief: has the same token as good'"
  })
  void aDirectoryThatIsNotRightChangesNothing(String name, String content, String why)
      throws IOException {
    file("good", OLD);
    TokenStore store = store(null);
    store.load();
    file(name, content);
    file("more", NEW);

    List<String> problems = store.load();

    assertThat(problems).singleElement().asString().contains(why);
    assertThat(problems.toString()).doesNotContain("too-short", OLD, "blanks");
    assertThat(store.nameOf(OLD)).isEqualTo("good");
    assertThat(store.nameOf(NEW)).isNull();
  }

  @Test
  void aDirectoryThatIsGoneOrEmptyOpensNothing() throws IOException {
    TokenStore missing = new TokenStore(null, dir.resolve("none"));
    TokenStore empty = store(null);
    file("shop", OLD);
    TokenStore emptied = store(null);
    emptied.load();
    Files.delete(dir.resolve("shop"));

    assertThat(missing.load()).singleElement().asString().contains("cannot be read");
    assertThat(empty.load()).containsExactly("holds no token");
    assertThat(emptied.load()).containsExactly("holds no token");

    assertThat(List.of(missing, empty, emptied)).allMatch(TokenStore::isConfigured);
    assertThat(missing.nameOf("")).isNull();
    assertThat(emptied.nameOf(OLD)).isEqualTo("shop");
  }
}
