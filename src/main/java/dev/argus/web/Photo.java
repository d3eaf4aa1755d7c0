package dev.argus.web;

import org.apache.pekko.util.ByteString;

/**
 * A photo as it was uploaded, its header read and found good.
 *
 * @param name sanitised, see {@link FileNames}
 * @param contentType read from the bytes, not from what the client said
 */
record Photo(String name, String contentType, ByteString bytes) {}
