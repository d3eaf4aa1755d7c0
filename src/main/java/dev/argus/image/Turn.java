package dev.argus.image;

/**
 * Where the pixels of a stored square go when it is shown upright.
 *
 * @param start where the stored top left pixel goes
 * @param right added for each stored pixel to the right
 * @param down added for each stored pixel down
 */
record Turn(int start, int right, int down) {
  /** The way of an orientation as EXIF numbers them (1 to 8) in a square of {@code n} pixels. */
  static Turn of(int orientation, int n) {
    int topRight = n - 1;
    int bottomLeft = n * (n - 1);
    int bottomRight = n * n - 1;
    return switch (orientation) {
      case 1 -> new Turn(0, 1, n);
      case 2 -> new Turn(topRight, -1, n);
      case 3 -> new Turn(bottomRight, -1, -n);
      case 4 -> new Turn(bottomLeft, 1, -n);
      case 5 -> new Turn(0, n, 1);
      case 6 -> new Turn(topRight, n, -1);
      case 7 -> new Turn(bottomRight, -n, -1);
      case 8 -> new Turn(bottomLeft, -n, 1);
      default ->
          throw new IllegalArgumentException(
              "Expected an orientation of 1 to 8, found " + orientation);
    };
  }
}
