package dev.argus.hostile;

import dev.argus.hostile.HostileInput.Expected;

/** A hostile file as an attack makes it, before it is known by its seed. */
record Draft(String recipe, byte[] bytes, Expected expected) {
  static Draft taken(String recipe, byte[] bytes) {
    return new Draft(recipe, bytes, Expected.TAKEN);
  }

  static Draft refused(String recipe, byte[] bytes) {
    return new Draft(recipe, bytes, Expected.REFUSED);
  }

  static Draft either(String recipe, byte[] bytes) {
    return new Draft(recipe, bytes, Expected.EITHER);
  }
}
