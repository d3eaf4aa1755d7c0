package dev.argus.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UserDataTest {
  @TempDir Path dir;

  @Test
  void exportsTheVariablesAndGoesOnWithTheScriptWithoutItsShebang() throws IOException {
    Path script = script("#!/usr/bin/env bash\nset -eu\n");
    assertThat(UserData.of(Map.of("ARGUS_B", "2", "ARGUS_A", "one two"), script))
        .isEqualTo("#!/bin/bash\nexport ARGUS_A='one two'\nexport ARGUS_B='2'\nset -eu\n");
  }

  @Test
  void aShellReadsEveryValueAsItWas() throws Exception {
    String nasty = "it's \"$HOME\" `id` $(id) \\ ; rm -rf / & | > < * ? ~ # ! é\nsecond line\t";
    String text = UserData.of(Map.of("ARGUS_X", nasty), script("printf %s \"$ARGUS_X\""));

    Process bash =
        new ProcessBuilder("bash", Files.writeString(dir.resolve("user-data"), text).toString())
            .start();
    byte[] output = bash.getInputStream().readAllBytes();

    assertThat(bash.waitFor()).isZero();
    assertThat(new String(output, StandardCharsets.UTF_8)).isEqualTo(nasty);
  }

  @Test
  void refusesWhatEc2WouldRefuseAndWhatAShellWouldRun() throws IOException {
    Path script = script("x".repeat(UserData.MAX_BYTES));
    assertThatThrownBy(() -> UserData.of(Map.of(), script))
        .hasMessageContaining("at most 16384 bytes")
        .hasMessageContaining(script.toString());
    Path empty = script("");
    assertThatThrownBy(() -> UserData.of(Map.of("A;id", "x"), empty)).hasMessageContaining("A;id");
    assertThatThrownBy(() -> UserData.of(Map.of("A", "\0"), empty)).hasMessageContaining("NUL");
  }

  private Path script(String text) throws IOException {
    return Files.writeString(dir.resolve("app-tier.sh"), text);
  }
}
