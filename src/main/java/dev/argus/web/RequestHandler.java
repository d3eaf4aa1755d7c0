package dev.argus.web;

import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** Answers requests. */
@FunctionalInterface
interface RequestHandler {
  /** The answer to one request; may fail or throw, of which {@link EveryAnswer} makes a problem. */
  CompletionStage<HttpResponse> handle(HttpRequest request, Client client);
}
