package dev.argus.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.Prediction;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class ReplyRouterTest {
  private static final ActorTestKit KIT = ActorTestKit.create();

  private final PhotoId id = PhotoId.random();
  private final ClassifyReply reply =
      new ClassifyReply.Recognised(id, "a.png", List.of(new Prediction("cat", 1)), "m");
  private final ActorRef<ReplyRouter.Command> router = KIT.spawn(ReplyRouter.create());
  private final TestProbe<ClassifyReply> first = KIT.createTestProbe();
  private final TestProbe<String> second = KIT.createTestProbe();
  private final TestProbe<ReplyRouter.Routed> routed = KIT.createTestProbe();

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  private int route() {
    router.tell(new ReplyRouter.Route(reply, routed.ref()));
    return routed.receiveMessage().waiters();
  }

  private void register() {
    router.tell(ReplyRouter.Register.of(id, first.ref()));
    router.tell(new ReplyRouter.Register<>(id, second.ref(), ClassifyReply::name));
  }

  @Test
  void eachWhoWaitsForAPhotoGetsItsReplyOnceAsAMessageOfItsOwn() {
    register();
    router.tell(ReplyRouter.Register.of(PhotoId.random(), first.ref()));
    assertThat(route()).isEqualTo(2);
    first.expectMessage(reply);
    second.expectMessage("a.png");
    assertThat(route()).as("nobody waits any more").isZero();
  }

  @Test
  void whoRegistersTwiceIsToldOnce() {
    register();
    register();
    assertThat(route()).isEqualTo(2);
  }

  @Test
  void whoForgetsIsNotToldAndTheOthersAre() {
    register();
    router.tell(new ReplyRouter.Forget(id, first.ref()));
    router.tell(new ReplyRouter.Forget(PhotoId.random(), second.ref()));
    assertThat(route()).isEqualTo(1);
    second.expectMessage("a.png");
    router.tell(new ReplyRouter.Forget(id, second.ref()));
    assertThat(route()).isZero();
  }
}
