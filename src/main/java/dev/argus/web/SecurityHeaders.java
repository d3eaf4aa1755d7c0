package dev.argus.web;

import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/**
 * What every answer tells browsers: take it for what it says it is, show it in no frame, give it to
 * no other origin, run nothing in it, keep no copy. A page that may do more says so itself.
 *
 * <p>There is no CORS header anywhere: no other origin may read an answer.
 */
final class SecurityHeaders {
  private static final String POLICY = "default-src 'none'; frame-ancestors 'none'";

  /** A year, as long as the authors of RFC 6797 have in mind for a site that stays with HTTPS. */
  private static final String TRANSPORT = "max-age=31536000";

  private final List<HttpHeader> always = new ArrayList<>();

  /**
   * @param secure whether the server speaks HTTPS
   */
  SecurityHeaders(boolean secure) {
    add("X-Content-Type-Options", "nosniff");
    add("X-Frame-Options", "DENY");
    // Not no-referrer: with that the page's own form would be sent with "Origin: null".
    add("Referrer-Policy", "same-origin");
    add("Cross-Origin-Resource-Policy", "same-origin");
    add("Cross-Origin-Opener-Policy", "same-origin");
    if (secure) {
      add("Strict-Transport-Security", TRANSPORT);
    }
  }

  private void add(String name, String value) {
    always.add(RawHeader.create(name, value));
  }

  HttpResponse addTo(HttpResponse response) {
    HttpResponse result = response.addHeaders(always);
    if (result.getHeader("content-security-policy").isEmpty()) {
      result = result.addHeader(RawHeader.create("Content-Security-Policy", POLICY));
    }
    return result.getHeader("cache-control").isPresent()
        ? result
        : result.addHeader(RawHeader.create("Cache-Control", "no-store"));
  }
}
