package dev.argus.web;

import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** Answers requests. */
@FunctionalInterface
interface RequestHandler {
  /** The answer to one request; never fails. */
  CompletionStage<HttpResponse> handle(HttpRequest request, Client client);
}
