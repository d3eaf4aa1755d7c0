package dev.argus.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.ports.CallRefusedException;
import dev.argus.ports.NodeUnfitException;
import dev.argus.ports.OverloadException;
import dev.argus.ports.QueueMissingException;
import dev.argus.protocol.PhotoException;
import dev.argus.protocol.Problem;
import java.io.IOException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FailureTest {
  @Test
  void whatThePhotoIsToBlameForIsPermanent() {
    Problem problem = Problem.Kind.UNDECODABLE.because("cut short");
    assertThat(Failure.of(new PhotoException(problem))).isEqualTo(new Failure.Permanent(problem));
  }

  static Stream<Throwable> theWorld() {
    return Stream.of(
        new IOException("connection reset"),
        new IllegalStateException("a bug"),
        new OverloadException("full"),
        new CallRefusedException("AccessDenied"),
        new QueueMissingException("replies", null),
        new StackOverflowError());
  }

  @ParameterizedTest
  @MethodSource("theWorld")
  void whatMayWorkAnotherTimeOrElsewhereIsTransient(Throwable failure) {
    assertThat(Failure.of(failure)).isEqualTo(new Failure.Transient(failure));
  }

  static Stream<Throwable> thisNode() {
    return Stream.of(
        new NodeUnfitException("the model is not the one that was set"),
        new UnsatisfiedLinkError("no opencv_java490"),
        new NoClassDefFoundError("org/opencv/core/Mat"),
        new OutOfMemoryError("Direct buffer memory"),
        new InternalError("the JVM is broken"));
  }

  @ParameterizedTest
  @MethodSource("thisNode")
  void whatNoOtherPhotoWouldFareBetterWithIsFatal(Throwable failure) {
    assertThat(Failure.of(failure))
        .isInstanceOfSatisfying(
            Failure.Fatal.class, fatal -> assertThat(fatal.why()).contains(failure.getMessage()));
  }

  @Test
  void whatStagesWrapAroundAFailureDoesNotHideIt() {
    Throwable wrapped =
        new ExecutionException(
            new CompletionException(new CompletionException(new UnsatisfiedLinkError("opencv"))));
    assertThat(Failure.of(wrapped))
        .isEqualTo(new Failure.Fatal("java.lang.UnsatisfiedLinkError: opencv"));
  }
}
