package dev.argus.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.config.ArgusSettings;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AdmissionTest {
  private static Admission admission(int photos, String bytes) {
    return new Admission(
        ArgusSettings.load(
                Map.of(
                    "ARGUS_WEB_MAX_IN_FLIGHT",
                    Integer.toString(photos),
                    "ARGUS_WEB_MAX_PHOTO_SIZE",
                    "1KiB",
                    "ARGUS_WEB_MAX_BUFFERED",
                    bytes))
            .web());
  }

  @Test
  void oneMorePhotoThanTheLimitIsRefusedUntilOneIsAnswered() {
    Admission admission = admission(2, "10KiB");
    Admission.Permit first = admission.tryAdmit(10).orElseThrow();
    admission.tryAdmit(10).orElseThrow();
    assertThat(admission.tryAdmit(10)).isEmpty();
    first.close();
    assertThat(admission.tryAdmit(10)).isPresent();
  }

  @Test
  void bytesAreGivenBackWhenThePhotoIsSentWhileItStaysInFlight() {
    Admission admission = admission(10, "1KiB");
    Admission.Permit first = admission.tryAdmit(1024).orElseThrow();
    assertThat(admission.tryAdmit(1)).isEmpty();
    first.shrinkTo(100);
    assertThat(admission.bufferedBytes()).isEqualTo(100);
    first.releaseBuffer();
    assertThat(admission.tryAdmit(1024)).isPresent();
    assertThat(admission.inFlight()).isEqualTo(2);
  }

  @Test
  void closingTwiceGivesBackOnce() {
    Admission admission = admission(10, "10KiB");
    Admission.Permit permit = admission.tryAdmit(500).orElseThrow();
    admission.tryAdmit(500).orElseThrow();
    permit.close();
    permit.close();
    permit.shrinkTo(1);
    assertThat(admission.inFlight()).isEqualTo(1);
    assertThat(admission.bufferedBytes()).isEqualTo(500);
  }

  @Test
  void nothingIsLostOrWonWhenManyThreadsComeAndGo() {
    Admission admission = admission(3, "3KiB");
    IntStream.range(0, 2000)
        .parallel()
        .forEach(
            i ->
                admission
                    .tryAdmit(1024)
                    .ifPresent(
                        permit -> {
                          assertThat(admission.inFlight()).isPositive();
                          permit.shrinkTo(i % 1024);
                          permit.close();
                        }));
    assertThat(admission.inFlight()).isZero();
    assertThat(admission.bufferedBytes()).isZero();
  }
}
