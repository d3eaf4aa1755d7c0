package dev.argus.web;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.HexFormat;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;

/**
 * Who sent a request.
 *
 * @param address where its connection comes from
 * @param gone completes when the connection ends before the request is answered, and when an answer
 *     that was made piece by piece is over
 */
record Client(InetAddress address, CompletionStage<Done> gone) {
  private static final int IPV6_NETWORK_BYTES = 8;

  /** What one host can hold: an address, or of IPv6 a network, since a host has a whole one. */
  String network() {
    return address instanceof Inet6Address
        ? HexFormat.of().formatHex(address.getAddress(), 0, IPV6_NETWORK_BYTES)
        : address.getHostAddress();
  }
}
