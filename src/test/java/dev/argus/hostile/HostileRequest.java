package dev.argus.hostile;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A request that begins as a good form of photos and is then damaged: one for each seed, always the
 * same.
 *
 * @param recipe what was done, for people
 */
record HostileRequest(long seed, String recipe, byte[] bytes) {
  private static final List<BasePhoto> PHOTOS = BasePhoto.all();
  private static final List<String> METHODS = List.of("POST", "PUT", "GET", "PATCH", "TRACE", "Q");
  private static final int MAX_DAMAGES = 4;

  /** The request of a seed. */
  static HostileRequest of(long seed) {
    Random random = new Random(seed);
    byte[] body = form(random);
    List<String> recipe = new ArrayList<>();
    for (int damages = random.nextInt(MAX_DAMAGES); damages > 0; damages--) {
      body = damaged(body, random, recipe);
    }
    byte[] head = head(body.length, random).getBytes(StandardCharsets.UTF_8);
    if (random.nextInt(8) == 0) {
      head = damaged(head, random, recipe);
    }
    return new HostileRequest(seed, String.join(", ", recipe), Bytes.concat(head, body));
  }

  private static byte[] form(Random random) {
    Form form = new Form("b");
    for (int parts = random.nextInt(4); parts >= 0; parts--) {
      byte[] photo = PHOTOS.get(random.nextInt(PHOTOS.size())).bytes();
      form = form.file(word(random), word(random), photo);
    }
    return random.nextInt(10) == 0 ? form.open() : form.closed();
  }

  private static String head(int length, Random random) {
    boolean usual = random.nextInt(4) > 0;
    String method = usual ? "POST" : METHODS.get(random.nextInt(METHODS.size()));
    String path = usual ? "/v1/images" : "/" + word(random) + "/" + word(random);
    StringBuilder head =
        new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n");
    for (int headers = random.nextInt(4); headers > 0; headers--) {
      head.append(word(random)).append(": ").append(word(random)).append("\r\n");
    }
    int lie = random.nextInt(10) == 0 ? random.nextInt(2000) - 1000 : 0;
    return head.append("Connection: close\r\nContent-Type: multipart/form-data; boundary=b\r\n")
        .append("Content-Length: ")
        .append(Math.max(0, length + lie))
        .append("\r\n\r\n")
        .toString();
  }

  /** Letters, signs of syntax, controls, and code points from all planes. */
  private static String word(Random random) {
    StringBuilder word = new StringBuilder();
    for (int left = random.nextInt(40); left >= 0; left--) {
      switch (random.nextInt(8)) {
        case 0 -> word.append("\"\\;=%/<>'&{}$.:,".charAt(random.nextInt(16)));
        case 1 -> word.appendCodePoint(random.nextInt(Character.MAX_CODE_POINT + 1));
        case 2 -> word.append((char) random.nextInt(32));
        default -> word.append((char) ('a' + random.nextInt(26)));
      }
    }
    return word.toString();
  }

  /**
   * Damages the first bytes more often than later ones: there, and not in photos, is the syntax.
   */
  private static byte[] damaged(byte[] bytes, Random random, List<String> recipe) {
    int near = 1 + random.nextInt(bytes.length);
    int from = random.nextInt(Math.min(near, bytes.length));
    int to = from + random.nextInt(Math.min(200, bytes.length - from) + 1);
    byte[] before = slice(bytes, 0, from);
    byte[] run = slice(bytes, from, to);
    byte[] after = slice(bytes, to, bytes.length);
    int kind = random.nextInt(6);
    recipe.add(
        List.of("flipped", "cut off", "left out", "repeated", "overwritten", "without CR").get(kind)
            + " at "
            + from);
    return switch (kind) {
      case 0 -> {
        byte[] flipped = bytes.clone();
        flipped[from] ^= (byte) (1 << random.nextInt(8));
        yield flipped;
      }
      case 1 -> from == 0 ? bytes : before;
      case 2 -> before.length + after.length == 0 ? bytes : Bytes.concat(before, after);
      case 3 -> Bytes.concat(before, run, run, after);
      case 4 -> Bytes.concat(before, word(random).getBytes(StandardCharsets.UTF_8), after);
      default ->
          new String(bytes, StandardCharsets.ISO_8859_1)
              .replaceFirst("\r\n", "\n")
              .getBytes(StandardCharsets.ISO_8859_1);
    };
  }

  private static byte[] slice(byte[] bytes, int from, int to) {
    return java.util.Arrays.copyOfRange(bytes, from, to);
  }

  @Override
  public String toString() {
    return "request " + seed + " (" + recipe + ")";
  }
}
