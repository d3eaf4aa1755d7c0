package dev.argus.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.argus.config.ArgusSettings;
import dev.argus.inference.DjlClassifier;
import dev.argus.ports.Classifier;
import dev.argus.ports.Completions;
import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.Codec;
import dev.argus.protocol.PhotoException;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.Problem;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.util.ByteString;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Recognises files on this machine, by exactly the path that an app node uses. */
@Command(
    name = "classify",
    description = "Recognise photos in files; needs no services.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class ClassifyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "Photos.")
  private List<Path> files;

  @Option(names = "--json", description = "Print a JSON array, in the order of the files.")
  private boolean json;

  @Override
  public Integer call() {
    ArgusSettings settings = Startup.settings(System.getenv());
    List<ClassifyReply> replies = new ArrayList<>();
    try (Classifier classifier = DjlClassifier.load(settings.model(), settings.image())) {
      // As many under way as there are threads to work on them: files stay on disk until then.
      Deque<CompletionStage<ClassifyReply>> underWay = new ArrayDeque<>();
      for (Path file : files) {
        if (underWay.size() == 2 * classifier.parallelism()) {
          show(underWay.remove(), settings, replies);
        }
        underWay.add(classify(classifier, file, settings));
      }
      while (!underWay.isEmpty()) {
        show(underWay.remove(), settings, replies);
      }
    }
    if (json) {
      ArrayNode array = JsonNodeFactory.instance.arrayNode();
      replies.forEach(reply -> array.add(Codec.toJsonNode(reply)));
      spec.commandLine().getOut().println(Printable.json(array));
    }
    return replies.stream().allMatch(ClassifyReply.Recognised.class::isInstance) ? 0 : 1;
  }

  private static CompletionStage<ClassifyReply> classify(
      Classifier classifier, Path file, ArgusSettings settings) {
    PhotoId id = PhotoId.random();
    String name = String.valueOf(file.getFileName());
    ByteString photo;
    try {
      long size = Files.size(file);
      if (size > settings.web().uploads().maxPhotoBytes()) {
        return CompletableFuture.completedFuture(
            new ClassifyReply.Failed(
                id,
                name,
                Problem.Kind.TOO_LARGE.because(
                    "A photo may have %,d bytes, this one has %,d."
                        .formatted(settings.web().uploads().maxPhotoBytes(), size))));
      }
      photo = ByteString.fromArrayUnsafe(Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      return CompletableFuture.completedFuture(
          new ClassifyReply.Failed(
              id, name, Problem.Kind.NOT_FOUND.because("There is no such file: " + file)));
    } catch (IOException e) {
      return CompletableFuture.completedFuture(
          new ClassifyReply.Failed(
              id, name, Problem.Kind.NOT_FOUND.because("The file cannot be read: " + e)));
    }
    return classifier
        .classify(photo)
        .handle(
            (seen, failure) -> {
              if (failure == null) {
                return new ClassifyReply.Recognised(
                    id, name, seen.predictions(), classifier.model());
              }
              Throwable cause = Completions.cause(failure);
              if (cause instanceof PhotoException bad) {
                return new ClassifyReply.Failed(id, name, bad.problem());
              }
              throw new CompletionException(cause);
            });
  }

  private void show(
      CompletionStage<ClassifyReply> stage, ArgusSettings settings, List<ClassifyReply> replies) {
    ClassifyReply reply = stage.toCompletableFuture().join();
    replies.add(reply);
    if (json) {
      return;
    }
    if (reply instanceof ClassifyReply.Recognised recognised) {
      PrintWriter out = spec.commandLine().getOut();
      out.printf(
          Locale.ROOT,
          "%s: %s (%.1f %%)%n",
          Printable.text(reply.name()),
          recognised.best().label(),
          100 * recognised.best().probability());
      out.flush();
    } else {
      Problem problem = ((ClassifyReply.Failed) reply).problem();
      spec.commandLine()
          .getErr()
          .printf("%s: %s%n", Printable.text(reply.name()), Printable.text(problem.detail()));
      spec.commandLine().getErr().flush();
    }
  }
}
