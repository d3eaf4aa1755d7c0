package dev.argus.page;

import com.fasterxml.jackson.databind.JsonNode;
import dev.argus.config.InvalidSettingException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A page that draws charts of its data, all in one file: style, library and data are in it, and it
 * forbids itself to load anything.
 */
public final class ChartPage {
  /** The version in pom.xml, for it is in the path. */
  private static final String UPLOT = "/META-INF/resources/webjars/uplot/1.6.30/dist/";

  private ChartPage() {}

  /**
   * Whether a page can be written there: better found before a long run than after it.
   *
   * @throws InvalidSettingException if not
   */
  public static void check(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    boolean writable =
        Files.exists(file)
            ? Files.isRegularFile(file) && Files.isWritable(file)
            : folder != null && Files.isDirectory(folder) && Files.isWritable(folder);
    if (!writable) {
      throw new InvalidSettingException("--html: no report can be written to " + file);
    }
  }

  /**
   * The page.
   *
   * @param owner beside which the body is
   * @param body a resource: elements, and a script that may use what {@code page.html} defines
   * @param data what the script finds in {@code data}; whatever it holds stays in there
   */
  public static String of(Class<?> owner, String body, String title, JsonNode data)
      throws IOException {
    // Parts are put in from the last one to the first: none is looked through for the next mark.
    String page = resource(ChartPage.class, "page.html");
    page = put(page, "/*BODY*/", resource(owner, body));
    page = put(page, "/*UPLOT-JS*/", resource(ChartPage.class, UPLOT + "uPlot.iife.min.js"));
    page = put(page, "/*DATA*/", escaped(data));
    page = put(page, "/*UPLOT-CSS*/", resource(ChartPage.class, UPLOT + "uPlot.min.css"));
    return put(page, "/*TITLE*/", title);
  }

  private static String put(String page, String mark, String part) {
    int at = page.indexOf(mark);
    return page.substring(0, at) + part + page.substring(at + mark.length());
  }

  /** Data in a page: names of files and reasons may hold whatever would end the script. */
  private static String escaped(JsonNode json) {
    return json.toString()
        .replace("<", "\\u003c")
        .replace(">", "\\u003e")
        .replace("&", "\\u0026")
        .replace("\u2028", "\\u2028")
        .replace("\u2029", "\\u2029");
  }

  private static String resource(Class<?> owner, String name) throws IOException {
    try (InputStream in = owner.getResourceAsStream(name)) {
      if (in == null) {
        throw new FileNotFoundException(name + " is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
