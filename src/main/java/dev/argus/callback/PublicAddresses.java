package dev.argus.callback;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which addresses are on the public internet.
 *
 * <p>IPv4: all but the special-purpose blocks of IANA's registry (RFC 6890 and its updates), and
 * multicast. IPv6: global unicast (2000::/3) but for its special-purpose blocks, and those that
 * carry an IPv4 address inside, which would be a way around the first list.
 */
final class PublicAddresses {
  private static final List<Block> NOT_PUBLIC_4 =
      blocks(
          "0.0.0.0/8", // this network
          "10.0.0.0/8", // private
          "100.64.0.0/10", // carrier-grade NAT
          "127.0.0.0/8", // loopback
          "169.254.0.0/16", // link-local; the metadata services of clouds
          "172.16.0.0/12", // private
          "192.0.0.0/24", // protocol assignments
          "192.0.2.0/24", // documentation
          "192.88.99.0/24", // 6to4 relays
          "192.168.0.0/16", // private
          "198.18.0.0/15", // benchmarks
          "198.51.100.0/24", // documentation
          "203.0.113.0/24", // documentation
          "224.0.0.0/4", // multicast
          "240.0.0.0/4"); // reserved, and broadcast

  private static final Block GLOBAL_UNICAST_6 = Block.of("2000::/3");

  private static final List<Block> NOT_PUBLIC_6 =
      blocks(
          "2001::/23", // protocol assignments, Teredo among them
          "2001:db8::/32", // documentation
          "2002::/16", // 6to4
          "3fff::/20"); // documentation

  private PublicAddresses() {}

  static boolean contain(InetAddress address) {
    // Java turns IPv4 addresses that are written as IPv6 (::ffff:a.b.c.d) into IPv4 ones.
    return address instanceof Inet4Address
        ? NOT_PUBLIC_4.stream().noneMatch(block -> block.contains(address))
        : GLOBAL_UNICAST_6.contains(address)
            && NOT_PUBLIC_6.stream().noneMatch(block -> block.contains(address));
  }

  private static List<Block> blocks(String... cidrs) {
    return Stream.of(cidrs).map(Block::of).toList();
  }

  /** All addresses that begin with the same bits. */
  private record Block(byte[] address, int bits) {
    static Block of(String cidr) {
      int slash = cidr.indexOf('/');
      try {
        // An address in figures is not looked up.
        return new Block(
            InetAddress.getByName(cidr.substring(0, slash)).getAddress(),
            Integer.parseInt(cidr.substring(slash + 1)));
      } catch (UnknownHostException e) {
        throw new IllegalArgumentException(cidr, e);
      }
    }

    boolean contains(InetAddress other) {
      byte[] bytes = other.getAddress();
      for (int bit = 0; bit < bits; bit++) {
        int mask = 0x80 >> bit % 8;
        if ((bytes[bit / 8] & mask) != (address[bit / 8] & mask)) {
          return false;
        }
      }
      return true;
    }
  }
}
