package dev.argus.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a form gets without JavaScript, over HTTP; {@link PageTest} does it in a browser. */
class UploadPageTest {
  private TierUnderTest tier;

  @AfterEach
  void stop() {
    tier.close();
  }

  private HttpRequest.Builder form(String fileName, byte[] photo) {
    String head =
        "--b\r\nContent-Disposition: form-data; name=\"myfile\"; filename=\""
            + fileName
            + "\"\r\nContent-Type: image/png\r\n\r\n";
    return tier.request("/upload")
        .header("Accept", "text/html,application/xhtml+xml,*/*;q=0.8")
        .header("Content-Type", "multipart/form-data; boundary=b")
        .POST(
            BodyPublishers.ofByteArrays(
                List.of(
                    head.getBytes(StandardCharsets.UTF_8),
                    photo,
                    "\r\n--b--\r\n".getBytes(StandardCharsets.UTF_8))));
  }

  private static void assertPage(HttpResponse<String> answer, int status) {
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type").orElseThrow())
        .isEqualToIgnoringCase("text/html; charset=utf-8");
    assertThat(answer.headers().allValues("Content-Security-Policy"))
        .containsExactly(StaticFiles.POLICY);
    assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
    assertThat(answer.body()).contains("Another photo").doesNotContain("<script", "style=");
  }

  @Test
  void aRecognisedPhotoIsAPageWithItsNameAsText() throws Exception {
    tier = new TierUnderTest();
    CompletableFuture<HttpResponse<String>> answer =
        TierUnderTest.sendAsync(form("<b>cat & 'dog'.png", TierUnderTest.photo()));
    tier.answerOne();
    HttpResponse<String> page = answer.get();
    assertPage(page, 200);
    assertThat(page.body())
        .contains("<p class=\"name\">&lt;b&gt;cat &amp; &#39;dog&#39;.png</p>")
        .contains("<h1>cat <span class=\"sure\">90%</span></h1>")
        .contains("<meter min=\"0\" max=\"1\" value=\"0.9\" aria-label=\"cat\">")
        .containsPattern("<a href=\"/v1/images/[0-9a-f-]{36}\">");
  }

  @Test
  void whatWentWrongIsSaidInWordsWithItsStatus() throws Exception {
    tier = new TierUnderTest();
    HttpResponse<String> page =
        TierUnderTest.send(form("notes.txt", "no photo".getBytes(StandardCharsets.UTF_8)));
    assertPage(page, 415);
    assertThat(page.body()).contains("<h1>Not a photo of a supported type</h1>");

    HttpResponse<String> empty =
        TierUnderTest.send(
            tier.request("/upload")
                .header("Content-Type", "multipart/form-data; boundary=b")
                .POST(BodyPublishers.ofString("--b--\r\n")));
    assertPage(empty, 400);
  }

  @Test
  void aPhotoThatIsNotAnsweredInTimeHasALinkToItsResult() throws Exception {
    tier = new TierUnderTest();
    HttpResponse<String> page =
        TierUnderTest.send(
            form("late.png", TierUnderTest.photo()).header("Prefer", "respond-async"));
    assertPage(page, 202);
    String location = page.headers().firstValue("Location").orElseThrow();
    assertThat(page.body()).contains("<a href=\"" + location + "\">");
    tier.answerOne();
  }

  @Test
  void whereATokenIsNeededThePageSaysThatAFormCannotSendIt() throws Exception {
    tier = new TierUnderTest("ARGUS_WEB_USER_TOKEN", "page-token-0123456789");
    HttpResponse<String> page = TierUnderTest.send(form("a.png", TierUnderTest.photo()));
    assertPage(page, 401);
    assertThat(page.headers().firstValue("WWW-Authenticate")).isPresent();
    assertThat(page.body()).contains("A form cannot send a token without JavaScript");
    assertThat(tier.requests.sent()).isEmpty();
  }

  @Test
  void theFormIsThereToo() throws Exception {
    tier = new TierUnderTest();
    assertThat(tier.get("/upload").body()).isEqualTo(tier.get("/").body()).contains("myfile");
  }
}
