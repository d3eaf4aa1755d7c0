package dev.argus.web;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/**
 * Shows people without JavaScript what became of a photo that a form sent to {@link #PATH}: the
 * same answer that programs get at {@code /v1/images}, with its status, as a page.
 *
 * <p>Nothing inline: bars are {@code meter} elements, so the page lives under the policy of the
 * others. All that comes from outside is escaped.
 */
final class UploadPage implements RequestHandler {
  static final String PATH = "/upload";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FRAME =
      """
      <!doctype html>
      <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>%s – Argus</title>
        <link rel="icon" type="image/svg+xml" href="favicon.svg">
        <link rel="stylesheet" href="argus.css">
      </head>
      <body>
        <header class="top">
          <a class="brand" href="."><img src="favicon.svg" alt="" width="28" height="28">Argus</a>
        </header>
        <main class="results">
      %s    <p class="next"><a class="button" href=".">Another photo</a></p>
        </main>
      </body>
      </html>
      """;

  private final RequestHandler handler;

  /**
   * @param handler answers in JSON
   */
  UploadPage(RequestHandler handler) {
    this.handler = handler;
  }

  @Override
  public CompletionStage<HttpResponse> handle(HttpRequest request, Client client) {
    boolean ours = request.getUri().path().equals(PATH) && request.method().name().equals("POST");
    CompletionStage<HttpResponse> response = handler.handle(request, client);
    return ours ? response.thenApply(UploadPage::page) : response;
  }

  /** The answer as a page; one that is not JSON was asked for in another form, and stays. */
  private static HttpResponse page(HttpResponse response) {
    boolean json =
        response.entity().getContentType().mediaType().subType().matches("(problem\\+)?json");
    if (!json || !(response.entity() instanceof HttpEntity.Strict strict)) {
      return response;
    }
    JsonNode answer;
    try {
      answer = JSON.readTree(strict.getData().utf8String());
    } catch (IOException e) {
      throw new IllegalStateException("the web tier answers with JSON that it cannot read", e);
    }
    return response
        .withEntity(ContentTypes.TEXT_HTML_UTF8, html(answer))
        .removeHeader("Content-Security-Policy")
        .addHeader(RawHeader.create("Content-Security-Policy", StaticFiles.POLICY));
  }

  private static String html(JsonNode answer) {
    Iterable<JsonNode> photos = answer.has("images") ? answer.get("images") : List.of(answer);
    StringBuilder sections = new StringBuilder();
    photos.forEach(photo -> sections.append(section(photo)));
    return FRAME.formatted(escaped(title(answer)), sections);
  }

  private static String title(JsonNode answer) {
    return answer.path("label").asText(answer.path("title").asText("Your photo"));
  }

  private static String section(JsonNode photo) {
    return switch (photo.path("status").asText()) {
      case "recognised" -> recognised(photo);
      case "pending" ->
          named(photo)
              + heading("Not answered yet")
              + "<p>Argus has the photo and works on it. Its result will be at "
              + link(at(photo))
              + ".</p>\n";
      default -> problem(photo);
    };
  }

  private static String recognised(JsonNode photo) {
    StringBuilder html = new StringBuilder(named(photo));
    html.append(
        "<h1>%s <span class=\"sure\">%s</span></h1>\n"
            .formatted(escaped(photo.path("label").asText()), percent(photo.path("probability"))));
    html.append("<ol class=\"bars\" aria-label=\"Best guesses\">\n");
    for (JsonNode guess : photo.path("predictions")) {
      String label = escaped(guess.path("label").asText());
      html.append("<li><span class=\"guess\">%s</span>".formatted(label))
          .append(
              "<meter min=\"0\" max=\"1\" value=\"%s\" aria-label=\"%s\"></meter>"
                  .formatted(guess.path("probability").asText("0"), label))
          .append(
              "<span class=\"odds\">%s</span></li>\n"
                  .formatted(percent(guess.path("probability"))));
    }
    return html.append(
            "</ol>\n<p><a href=\"%s\">The result as JSON</a></p>\n".formatted(escaped(at(photo))))
        .toString();
  }

  /** Of a photo in a form of many, or of the request as a whole. */
  private static String problem(JsonNode answer) {
    JsonNode problem = answer.has("problem") ? answer.get("problem") : answer;
    String where = problem.path("instance").asText("");
    String html =
        named(answer)
            + heading(problem.path("title").asText("This did not work"))
            + "<p class=\"notice\">%s</p>\n".formatted(escaped(problem.path("detail").asText("")));
    if (problem.path("status").asInt() == 401) {
      html +=
          "<p>A form cannot send a token without JavaScript. Allow JavaScript for the page, or use"
              + " a terminal: <code>curl -H 'Authorization: Bearer TOKEN' -F myfile=@photo.jpg"
              + " ADDRESS</code></p>\n";
    }
    return where.isEmpty() ? html : html + "<p>Look there: " + link(where) + "</p>\n";
  }

  private static String at(JsonNode photo) {
    return "/v1/images/" + photo.path("id").asText();
  }

  private static String named(JsonNode photo) {
    String name = photo.path("name").asText("");
    return name.isEmpty() ? "" : "<p class=\"name\">%s</p>\n".formatted(escaped(name));
  }

  private static String heading(String text) {
    return "<h1>%s</h1>\n".formatted(escaped(text));
  }

  private static String link(String path) {
    return "<a href=\"%1$s\">%1$s</a>".formatted(escaped(path));
  }

  private static String percent(JsonNode probability) {
    double p = probability.asDouble();
    return p < 0.001
        ? "&lt;0.1%"
        : String.format(Locale.ROOT, p < 0.1 || p > 0.995 && p < 1 ? "%.1f%%" : "%.0f%%", 100 * p);
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
