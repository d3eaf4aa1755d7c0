package dev.argus.callback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argus.callback.Destinations.ForbiddenDestinationException;
import dev.argus.protocol.PhotoException;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DestinationsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "example.com/hook",
        "ftp://example.com/hook",
        "file:///etc/passwd",
        "https:///hook",
        "https://user:password@example.com/hook",
        "https://example.com/hook#part",
        "https://exa mple.com/"
      })
  void whatIsNoPlainUrlIsRefused(String text) {
    assertThatThrownBy(() -> Destinations.parse(text))
        .isInstanceOf(PhotoException.class)
        .hasMessageContaining("Argus-Callback-Url");
  }

  @Test
  void portsAreThoseOfTheSchemeUnlessTheyAreNamed() {
    assertThat(Destinations.port(Destinations.parse("https://example.com/hook?a=b")))
        .isEqualTo(443);
    assertThat(Destinations.port(Destinations.parse("HTTP://example.com"))).isEqualTo(80);
    assertThat(Destinations.port(Destinations.parse("http://[2600::1]:8080/"))).isEqualTo(8080);
  }

  @Test
  void aNameOneOfWhoseAddressesIsPrivateIsForbidden() throws Exception {
    InetAddress[] mixed = {InetAddress.getByName("1.1.1.1"), InetAddress.getByName("10.0.0.1")};
    assertThatThrownBy(() -> new Destinations(false, host -> mixed).resolve("two.example", 443))
        .isInstanceOf(ForbiddenDestinationException.class)
        .hasMessageContaining("two.example")
        .hasMessageNotContaining("10.0.0.1"); // clients read it
    assertThat(new Destinations(true, host -> mixed).resolve("two.example", 443).getPort())
        .isEqualTo(443);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[::1]", "127.0.0.1", "2130706433", "0x7f.1", "localhost"})
  void howeverLoopbackIsWrittenItIsForbidden(String host) {
    Destinations destinations = new Destinations(false, InetAddress::getAllByName);
    // Some spellings are no address to Java, and then no name that exists.
    assertThatThrownBy(() -> destinations.resolve(host, 80))
        .isInstanceOf(java.io.IOException.class);
  }
}
