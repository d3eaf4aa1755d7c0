package dev.argus.image;

import com.drew.lang.ByteArrayReader;
import com.drew.lang.RandomAccessReader;
import dev.argus.protocol.PhotoException;
import dev.argus.protocol.Problem;
import java.io.IOException;

/** The header of a WebP in its three forms: lossy, lossless, extended (RFC 9649, section 2). */
final class WebpHeader {
  private static final int FIRST_CHUNK = 12;
  private static final int CHUNK_HEAD_BYTES = 8;
  private static final int LOSSY = 0x56503820;
  private static final int LOSSLESS = 0x5650384C;
  private static final int EXTENDED = 0x56503858;
  private static final int EXIF = 0x45584946;

  private static final int LOSSY_START_CODE = 0x9D012A;
  private static final int LOSSLESS_SIGNATURE = 0x2F;
  private static final int SIZE_14_BITS = 0x3FFF;
  private static final int EXTENDED_ANIMATION = 0x02;
  private static final int EXTENDED_ALPHA = 0x10;

  private WebpHeader() {}

  static PhotoHeader read(byte[] webp) throws IOException {
    RandomAccessReader in = new ByteArrayReader(webp);
    int type = in.getInt32(FIRST_CHUNK);
    int data = FIRST_CHUNK + CHUNK_HEAD_BYTES;
    return switch (type) {
      case LOSSY -> lossy(in, data);
      case LOSSLESS -> lossless(in, data);
      case EXTENDED -> extended(webp, in, data);
      default -> throw new IOException("the first chunk is none of VP8, VP8L and VP8X");
    };
  }

  private static PhotoHeader lossy(RandomAccessReader in, int data) throws IOException {
    if ((in.getInt32(data + 2) & 0xFFFFFF) != LOSSY_START_CODE) {
      throw new IOException("the key frame has no start code");
    }
    in.setMotorolaByteOrder(false);
    int width = in.getUInt16(data + 6) & SIZE_14_BITS;
    int height = in.getUInt16(data + 8) & SIZE_14_BITS;
    return header(width, height, Exif.UPRIGHT, false);
  }

  private static PhotoHeader lossless(RandomAccessReader in, int data) throws IOException {
    if (in.getUInt8(data) != LOSSLESS_SIGNATURE) {
      throw new IOException("the lossless picture has no signature");
    }
    in.setMotorolaByteOrder(false);
    int bits = in.getInt32(data + 1);
    int width = (bits & SIZE_14_BITS) + 1;
    int height = (bits >> 14 & SIZE_14_BITS) + 1;
    return header(width, height, Exif.UPRIGHT, (bits >> 28 & 1) != 0);
  }

  private static PhotoHeader extended(byte[] webp, RandomAccessReader in, int data)
      throws IOException {
    int flags = in.getUInt8(data);
    if ((flags & EXTENDED_ANIMATION) != 0) {
      throw new PhotoException(
          Problem.Kind.UNSUPPORTED_TYPE.because(
              "Expected a picture, found an animated WebP: send one of its frames"));
    }
    int orientation = orientation(webp, in);
    in.setMotorolaByteOrder(false);
    int width = in.getInt24(data + 4) + 1;
    int height = in.getInt24(data + 7) + 1;
    return header(width, height, orientation, (flags & EXTENDED_ALPHA) != 0);
  }

  private static int orientation(byte[] webp, RandomAccessReader in) throws IOException {
    long at = FIRST_CHUNK;
    while (at + CHUNK_HEAD_BYTES <= webp.length) {
      in.setMotorolaByteOrder(true);
      int type = in.getInt32((int) at);
      if (type == EXIF) {
        return Exif.orientation(webp, (int) at + CHUNK_HEAD_BYTES);
      }
      in.setMotorolaByteOrder(false);
      long length = in.getUInt32((int) at + 4);
      at += CHUNK_HEAD_BYTES + length + (length & 1);
    }
    return Exif.UPRIGHT;
  }

  private static PhotoHeader header(int width, int height, int orientation, boolean transparent) {
    return new PhotoHeader(PhotoFormat.WEBP.mediaType(), width, height, orientation, transparent);
  }
}
