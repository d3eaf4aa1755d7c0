package dev.argus.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.protocol.PhotoId;
import dev.argus.protocol.Problem;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FitnessTest {
  private static final Failure FAILURE = new Failure.Transient(new IllegalStateException("bug"));

  private final List<String> broken = new ArrayList<>();
  private final Fitness fitness = new Fitness(3, broken::add);

  @Test
  void soManyPhotosInARowThatFailForNoReasonOfTheirOwnMeanThatItIsTheNode() {
    fitness.failed(PhotoId.random(), FAILURE);
    fitness.failed(PhotoId.random(), FAILURE);
    assertThat(fitness.isBroken()).isFalse();

    fitness.failed(PhotoId.random(), FAILURE);

    assertThat(fitness.isBroken()).isTrue();
    assertThat(broken)
        .containsExactly(
            "3 photos in a row could not be recognised, the last because of"
                + " java.lang.IllegalStateException: bug");
  }

  @Test
  void onePhotoThatFailsAgainAndAgainIsThatPhoto() {
    PhotoId poison = PhotoId.random();
    for (int i = 0; i < 10; i++) {
      fitness.failed(poison, FAILURE);
    }
    assertThat(fitness.isBroken()).isFalse();
  }

  @Test
  void aPhotoThatIsServedInBetweenShowsThatTheNodeWorks() {
    for (int i = 0; i < 10; i++) {
      fitness.failed(PhotoId.random(), FAILURE);
      fitness.failed(PhotoId.random(), FAILURE);
      fitness.served();
    }
    assertThat(fitness.isBroken()).isFalse();
  }

  @Test
  void badPhotosSayNothingOfTheNode() {
    Failure bad = new Failure.Permanent(Problem.Kind.UNDECODABLE.because("no photo"));
    for (int i = 0; i < 10; i++) {
      fitness.failed(PhotoId.random(), bad);
    }
    assertThat(fitness.isBroken()).isFalse();
  }

  @Test
  void aFatalFailureIsToldOnceAndStays() {
    fitness.failed(PhotoId.random(), new Failure.Fatal("no native library"));
    fitness.broken("S3 could not be used");
    fitness.served();
    assertThat(broken).containsExactly("no native library");
    assertThat(fitness.isBroken()).isTrue();
  }
}
