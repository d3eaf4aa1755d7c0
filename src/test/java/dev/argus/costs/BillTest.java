package dev.argus.costs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.argus.config.ArgusSettings;
import dev.argus.config.PricesSettings;
import dev.argus.protocol.BilledRequest;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BillTest {
  private static final Instant T0 = Instant.parse("2026-01-31T08:00:00Z");
  private static final PricesSettings PRICES =
      ArgusSettings.load(
              Map.of(
                  "ARGUS_PRICES_INSTANCES", "c7i.large 0.09,t3.small 0.02",
                  "ARGUS_PRICES_SPOT_SHARE", "0.5",
                  "ARGUS_PRICES_VOLUME_GIB", "10",
                  "ARGUS_PRICES_VOLUME_GIB_MONTH", "0.073",
                  "ARGUS_PRICES_PUBLIC_ADDRESS", "0.004",
                  "ARGUS_PRICES_SQS_MILLION", "0.4",
                  "ARGUS_PRICES_S3_PUT_THOUSAND", "0.005",
                  "ARGUS_PRICES_S3_GET_THOUSAND", "0.0004"))
          .prices();

  @Test
  void aBillIsTheSumOfItsPartsAndSaysWhatItRestsOn() {
    Usage usage =
        new Usage(
            T0,
            Map.of(
                BilledRequest.SQS_SEND, 500_000L,
                BilledRequest.SQS_RECEIVE, 500_000L,
                BilledRequest.S3_PUT, 2_000L,
                BilledRequest.S3_GET, 10_000L),
            1_000,
            Map.of(
                new InstanceKind("c7i.large", "on-demand"), 3_600L,
                new InstanceKind("c7i.large", "spot"), 7_200L));

    JsonNode json = new Bill(PRICES).toJson(usage, T0.plusSeconds(3_600));

    assertThat(json.at("/sqs/usd").asDouble()).isEqualTo(0.4);
    assertThat(json.at("/sqs/send").asLong()).isEqualTo(500_000);
    assertThat(json.at("/sqs/total").asLong()).isEqualTo(1_000_000);
    assertThat(json.at("/s3/usd").asDouble()).isEqualTo(0.01 + 0.004);
    assertThat(json.at("/instances/0/purchase").asText()).isEqualTo("on-demand");
    assertThat(json.at("/instances/0/usd").asDouble()).isEqualTo(0.09);
    assertThat(json.at("/instances/1/usd").asDouble()).isEqualTo(0.09); // two hours at half
    assertThat(json.at("/volumes/usd").asDouble()).isEqualTo(0.003); // 3 h of 10 GiB
    assertThat(json.at("/publicAddresses/seconds").asLong()).isEqualTo(10_800);
    assertThat(json.at("/publicAddresses/usd").asDouble()).isEqualTo(0.012);
    assertThat(json.get("usd").asDouble())
        .isCloseTo(0.4 + 0.014 + 0.18 + 0.003 + 0.012, within(0.000_001));
    assertThat(json.get("usdPer1000Photos").asDouble())
        .isCloseTo(json.get("usd").asDouble(), within(0.000_001));
    assertThat(json.get("since").asText()).isEqualTo(T0.toString());
    assertThat(json.at("/prices/date").asText()).isEqualTo(PRICES.date().toString());
    assertThat(json.at("/prices/region").asText()).isEqualTo("us-east-1");
    assertThat(json.get("unpriced")).isEmpty();
    assertThat(json.get("notIncluded").toString()).contains("data transfer", "CloudWatch");
  }

  @Test
  void anInstanceTypeWithoutAPriceIsCountedAndNamed() {
    JsonNode json =
        new Bill(PRICES)
            .toJson(
                new Usage(T0, Map.of(), 0, Map.of(new InstanceKind("x9.huge", "spot"), 100L)), T0);
    assertThat(json.at("/instances/0/seconds").asLong()).isEqualTo(100);
    assertThat(json.at("/instances/0/usd").asDouble()).isZero();
    assertThat(json.get("unpriced")).extracting(JsonNode::asText).containsExactly("x9.huge");
    assertThat(json.has("usdPer1000Photos")).isFalse(); // of no photo
  }
}
