package io.keeptrusts.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** To which addresses a host's name may lead. */
class EgressTest {
  private static final Egress PLAIN = new Egress(List.of());

  @ParameterizedTest
  @CsvSource({
    // address,               own base_url, vendor's host
    "93.184.216.34,           true,  true",
    "2606:4700::6810:84e5,    true,  true",
    "::ffff:93.184.216.34,    true,  true",
    "10.1.2.3,                true,  false",
    "172.16.0.1,              true,  false",
    "172.31.255.255,          true,  false",
    "172.32.0.1,              true,  true",
    "192.168.1.1,             true,  false",
    "100.64.0.1,              true,  false",
    "100.128.0.1,             true,  true",
    "::ffff:10.1.2.3,         true,  false",
    "fd12:3456::1,            true,  false",
    "64:ff9b::10.0.0.1,       true,  false",
    "2002:0a00:0001::1,       true,  false",
    "127.0.0.1,               false, false",
    "127.1.2.3,               false, false",
    "::1,                     false, false",
    "::ffff:127.0.0.1,        false, false",
    "64:ff9b::127.0.0.1,      false, false",
    "0.0.0.0,                 false, false",
    "::,                      false, false",
    "169.254.169.254,         false, false",
    "169.254.170.2,           false, false",
    "::ffff:169.254.169.254,  false, false",
    "::169.254.169.254,       false, false",
    "64:ff9b::a9fe:a9fe,      false, false",
    "2002:a9fe:a9fe::1,       false, false",
    "fd00:ec2::254,           false, false",
    "fd20:ce::254,            false, false",
    "fe80::1,                 false, false",
    "100.100.100.200,         false, false",
    "168.63.129.16,           false, false",
    "192.0.0.192,             false, false",
    "224.0.0.1,               false, false",
    "255.255.255.255,         false, false",
    "ff02::1,                 false, false"
  })
  void anAddressIsPermittedByItsRangeAndByWhoWroteTheHost(
      String address, boolean own, boolean vendors) {
    InetAddress found = InetAddress.ofLiteral(address);

    assertThat(PLAIN.permits("host.example", true, found)).isEqualTo(own);
    assertThat(PLAIN.permits("host.example", false, found)).isEqualTo(vendors);
    assertThat(PLAIN.permits(address, true, found)).as("written as it is").isTrue();
    assertThat(new Egress(List.of("host.example")).permits("host.example", false, found)).isTrue();
  }

  @Test
  void localhostIsThisMachineAndNothingElse() throws IOException {
    assertThat(PLAIN.resolve("localhost", false))
        .isNotEmpty()
        .allMatch(InetAddress::isLoopbackAddress);
    assertThat(PLAIN.resolve("LOCALHOST.", false))
        .isNotEmpty()
        .allMatch(InetAddress::isLoopbackAddress);
    assertThat(PLAIN.permits("localhost", true, InetAddress.ofLiteral("169.254.169.254")))
        .isFalse();
    assertThat(PLAIN.permits("notlocalhost", true, InetAddress.ofLiteral("127.0.0.1"))).isFalse();
  }

  @Test
  void aNetworkMayBeAllowed() {
    Egress egress = new Egress(List.of("10.9.0.0/16", "[fd00::7]", "Api.Example."));

    assertThat(egress.permits("a", false, InetAddress.ofLiteral("10.9.1.1"))).isTrue();
    assertThat(egress.permits("a", false, InetAddress.ofLiteral("10.8.1.1"))).isFalse();
    assertThat(egress.permits("a", false, InetAddress.ofLiteral("fd00::7"))).isTrue();
    assertThat(egress.permits("api.example", false, InetAddress.ofLiteral("fe80::1"))).isTrue();
    assertThatThrownBy(() -> new Egress(List.of("10.9.0.0/99")))
        .hasMessageContaining("gateway.egress.allow[0]");
  }

  @Test
  void literalAddressesAreWhatTheySay() throws IOException {
    assertThat(PLAIN.resolve("[::1]", true)).isNotEmpty().allMatch(InetAddress::isLoopbackAddress);
    assertThat(PLAIN.resolve("127.0.0.1", false))
        .containsExactly(InetAddress.ofLiteral("127.0.0.1"));
    assertThatThrownBy(() -> PLAIN.resolve("no-such-host.invalid", true))
        .isInstanceOf(IOException.class);
  }
}
