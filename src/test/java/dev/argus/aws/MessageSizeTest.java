package dev.argus.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.protocol.WireMessage;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class MessageSizeTest {
  @Property
  void countsWhatUtf8Takes(@ForAll String text) {
    String valid = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    assertThat(MessageSize.utf8Length(valid))
        .isEqualTo(valid.getBytes(StandardCharsets.UTF_8).length);
  }

  @Test
  void countsNamesTypesAndValuesOfAttributes() {
    assertThat(MessageSize.of(new WireMessage("body", Map.of("nämé", "v"))))
        .isEqualTo(4 + 6 + "String".length() + 1);
  }
}
