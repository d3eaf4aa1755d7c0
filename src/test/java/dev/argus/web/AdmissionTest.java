package dev.argus.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.config.ArgusSettings;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AdmissionTest {
  private static Admission admission(int photos, String bytes, String... more) {
    Map<String, String> environment =
        new HashMap<>(
            Map.of(
                "ARGUS_WEB_MAX_IN_FLIGHT",
                Integer.toString(photos),
                "ARGUS_WEB_MAX_PHOTO_SIZE",
                "1KiB",
                "ARGUS_WEB_MAX_BUFFERED",
                bytes));
    for (int i = 0; i < more.length; i += 2) {
      environment.put(more[i], more[i + 1]);
    }
    return new Admission(ArgusSettings.load(environment).web().admission());
  }

  private static Admission.Permit admit(Admission admission, long bytes) {
    Verdict verdict = admission.tryAdmit(bytes);
    assertThat(verdict).isInstanceOf(Admission.Permit.class);
    return (Admission.Permit) verdict;
  }

  private static void assertRefused(Verdict verdict, Refusal.Reason reason) {
    assertThat(verdict)
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> {
              assertThat(refusal.reason()).isEqualTo(reason);
              assertThat(refusal.problem().status()).isEqualTo(503);
              assertThat(refusal.retryAfter()).isEmpty();
            });
  }

  @Test
  void oneMorePhotoThanTheLimitIsRefusedUntilOneIsAnswered() {
    Admission admission = admission(2, "10KiB");
    Admission.Permit first = admit(admission, 10);
    admit(admission, 10).arrived(10);
    assertRefused(admission.tryAdmit(10), Refusal.Reason.IN_FLIGHT);
    first.close();
    admit(admission, 10);
  }

  @Test
  void bytesAreGivenBackWhenThePhotoIsSentWhileItStaysInFlight() {
    Admission admission = admission(10, "1KiB");
    Admission.Permit first = admit(admission, 1024);
    assertRefused(admission.tryAdmit(1), Refusal.Reason.BUFFERED);
    first.arrived(100);
    assertThat(admission.bufferedBytes()).isEqualTo(100);
    first.releaseBuffer();
    admit(admission, 1024);
    assertThat(admission.inFlight()).isEqualTo(2);
  }

  @Test
  void bodiesThatArriveHaveALimitOfTheirOwnAndDoNotCountWhenTheyHaveArrived() {
    Admission admission = admission(10, "10KiB", "ARGUS_WEB_MAX_BODIES", "2");
    Admission.Permit first = admit(admission, 10);
    Admission.Permit second = admit(admission, 10);
    assertRefused(admission.tryAdmit(10), Refusal.Reason.BODIES);
    assertThat(admission.inFlight()).isEqualTo(2);
    assertThat(admission.bufferedBytes()).isEqualTo(20);
    first.arrived(10);
    admit(admission, 10);
    assertRefused(admission.tryAdmit(10), Refusal.Reason.BODIES);
    second.close(); // its client went away
    admit(admission, 10);
    assertThat(admission.bodies()).isEqualTo(2);
  }

  @Test
  void closingTwiceGivesBackOnce() {
    Admission admission = admission(10, "10KiB");
    Admission.Permit permit = admit(admission, 500);
    admit(admission, 500);
    permit.close();
    permit.close();
    permit.arrived(1);
    assertThat(admission.inFlight()).isEqualTo(1);
    assertThat(admission.bodies()).isEqualTo(1);
    assertThat(admission.bufferedBytes()).isEqualTo(500);
  }

  @Test
  void nothingIsLostOrWonWhenManyThreadsComeAndGo() {
    Admission admission = admission(3, "3KiB");
    IntStream.range(0, 2000)
        .parallel()
        .forEach(
            i -> {
              if (admission.tryAdmit(1024) instanceof Admission.Permit permit) {
                assertThat(admission.inFlight()).isPositive();
                permit.arrived(i % 1024);
                permit.close();
              }
            });
    assertThat(admission.inFlight()).isZero();
    assertThat(admission.bodies()).isZero();
    assertThat(admission.bufferedBytes()).isZero();
  }
}
