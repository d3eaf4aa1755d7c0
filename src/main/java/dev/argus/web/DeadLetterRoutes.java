package dev.argus.web;

import dev.argus.ports.Completions;
import dev.argus.protocol.DeadLetterCodec;
import dev.argus.protocol.Problem;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The operator's calls on dead letters: {@link DeadLetterAdmin} over HTTP. */
final class DeadLetterRoutes {
  private static final Logger LOG = LoggerFactory.getLogger(DeadLetterRoutes.class);
  static final String PATH = "/v1/dead";
  private static final String REDRIVE_SOME = PATH + "/redrive";
  private static final String REDRIVE = "/redrive";

  private final DeadLetterAdmin admin;
  private final Responses responses;

  DeadLetterRoutes(DeadLetterAdmin admin, Responses responses) {
    this.admin = admin;
    this.responses = responses;
  }

  static boolean owns(String path) {
    return path.equals(PATH) || path.startsWith(PATH + "/");
  }

  /**
   * Answers a request to one of these paths, by a method that it takes, whose body has been read.
   */
  CompletionStage<HttpResponse> handle(HttpRequest request) {
    String path = request.getUri().path();
    String method = request.method().name();
    CompletionStage<HttpResponse> response;
    if (path.equals(PATH)) {
      response = list(request);
    } else if (path.equals(REDRIVE_SOME)) {
      response = redriveSome(request);
    } else if (path.endsWith(REDRIVE)) {
      response = redrive(id(path, REDRIVE));
    } else {
      response = method.equals("DELETE") ? discard(id(path, "")) : show(id(path, ""));
    }
    return response.exceptionally(
        failure -> {
          Throwable cause = Completions.cause(failure);
          if (cause instanceof DeadLetterException known) {
            return responses.problem(known.problem(), Responses.wantsText(request));
          }
          LOG.warn("{} {} failed: {}", method, path, cause.toString());
          return responses.problem(
              Problem.Kind.UNAVAILABLE.because("Try again later: " + cause.getMessage()),
              Responses.wantsText(request));
        });
  }

  private static String id(String path, String suffix) {
    return path.substring(PATH.length() + 1, path.length() - suffix.length());
  }

  private CompletionStage<HttpResponse> list(HttpRequest request) {
    return admin
        .list(after(request))
        .thenApply(page -> responses.json(200, DeadLetterJson.page(page)));
  }

  private static String after(HttpRequest request) {
    return request.getUri().query().get("after").orElse("");
  }

  private CompletionStage<HttpResponse> show(String id) {
    return admin.show(id).thenApply(letter -> responses.json(200, DeadLetterCodec.toJson(letter)));
  }

  private CompletionStage<HttpResponse> redrive(String id) {
    return admin
        .redrive(id)
        .thenApply(redriven -> responses.json(200, DeadLetterJson.redriven(id, redriven)));
  }

  private CompletionStage<HttpResponse> redriveSome(HttpRequest request) {
    return admin
        .redriveSome(after(request))
        .thenApply(report -> responses.json(200, DeadLetterJson.report(report)));
  }

  private CompletionStage<HttpResponse> discard(String id) {
    return admin
        .discard(id)
        .thenApply(done -> HttpResponse.create().withStatus(StatusCodes.NO_CONTENT));
  }
}
