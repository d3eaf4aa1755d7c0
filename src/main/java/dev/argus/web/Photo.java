package dev.argus.web;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.pekko.util.ByteString;

/**
 * A photo as it was uploaded, its header read and found good.
 *
 * @param name sanitised, see {@link FileNames}
 * @param contentType read from the bytes, not from what the client said
 * @param sha256 of the bytes, in hex
 */
record Photo(String name, String contentType, ByteString bytes, String sha256) {
  static Photo of(String name, String contentType, ByteString bytes) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      bytes.getByteBuffers().forEach(digest::update);
      return new Photo(name, contentType, bytes, HexFormat.of().formatHex(digest.digest()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
