package dev.argus.callback;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublicAddressesTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "100.64.0.1",
        "100.100.100.200", // the metadata service of Alibaba Cloud
        "127.0.0.1",
        "127.255.255.254",
        "169.254.169.254", // the metadata service of AWS and others
        "169.254.170.2", // credentials of ECS tasks
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "192.0.0.192", // the metadata service of Oracle Cloud
        "198.18.0.1",
        "203.0.113.7",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::127.0.0.1",
        "64:ff9b::7f00:1", // NAT64 of 127.0.0.1
        "100::1",
        "2001::1", // Teredo
        "2001:db8::1",
        "2002:7f00:1::", // 6to4 of 127.0.0.1
        "fc00::1",
        "fd00:ec2::254", // the metadata service of AWS
        "fe80::1",
        "fec0::1",
        "ff02::1"
      })
  void whatIsNotOnTheInternetIsNotPublic(String address) throws Exception {
    assertThat(PublicAddresses.contain(InetAddress.getByName(address))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.1.1.1",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "192.167.255.255",
        "198.20.0.0",
        "223.255.255.255",
        "2600:1f18::1",
        "2a00:1450:4001:800::200e",
        "::ffff:1.1.1.1"
      })
  void whatIsOnTheInternetIsPublic(String address) throws Exception {
    assertThat(PublicAddresses.contain(InetAddress.getByName(address))).isTrue();
  }
}
