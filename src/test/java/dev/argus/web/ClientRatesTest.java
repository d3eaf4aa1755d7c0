package dev.argus.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.config.ArgusSettings;
import dev.argus.simulation.SettableClock;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ClientRatesTest {
  private final SettableClock clock = new SettableClock();
  private final ClientRates rates =
      new ClientRates(
          ArgusSettings.load(Map.of("ARGUS_WEB_CLIENT_RATE", "4", "ARGUS_WEB_CLIENT_BURST", "10"))
              .web()
              .clientRates(),
          clock);

  private int sendWhileAllowed(String client) {
    int sent = 0;
    while (rates.take(client).isZero()) {
      sent++;
    }
    return sent;
  }

  @Test
  void aBurstMayComeAtOnceAndThenTheRate() {
    assertThat(sendWhileAllowed("a")).isEqualTo(10);
    clock.advance(Duration.ofSeconds(1));
    assertThat(sendWhileAllowed("a")).isEqualTo(4);
    clock.advance(Duration.ofHours(1));
    assertThat(sendWhileAllowed("a")).isEqualTo(10);
  }

  @Test
  void theTimeUntilTheNextPhotoIsKnown() {
    sendWhileAllowed("a");
    assertThat(rates.take("a")).isEqualTo(Duration.ofMillis(250));
    clock.advance(Duration.ofMillis(200));
    assertThat(rates.take("a")).isEqualTo(Duration.ofMillis(50));
    clock.advance(Duration.ofMillis(50));
    assertThat(rates.take("a")).isEqualTo(Duration.ZERO);
  }

  @Test
  void clientsDoNotShare() {
    sendWhileAllowed("a");
    assertThat(sendWhileAllowed("b")).isEqualTo(10);
  }

  @Test
  void theDefaultsLetAThousandUploadsOfOneClientThrough() {
    ClientRates defaults = new ClientRates(ArgusSettings.load(Map.of()).web().clientRates(), clock);
    for (int i = 0; i < 1000; i++) {
      assertThat(defaults.take("a")).isZero();
    }
  }

  private static String key(String address) throws Exception {
    return Principal.withoutToken(
            new Client(InetAddress.getByName(address), new CompletableFuture<>()))
        .clientKey();
  }

  @Test
  void aClientWithoutATokenIsItsAddressAndOfIpv6ItsNetwork() throws Exception {
    assertThat(key("10.0.0.1")).isNotEqualTo(key("10.0.0.2"));
    assertThat(key("2001:db8::1")).isEqualTo(key("2001:db8::ffff:1"));
    assertThat(key("2001:db8::1")).isNotEqualTo(key("2001:db8:0:1::1"));
  }
}
