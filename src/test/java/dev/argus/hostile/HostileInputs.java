package dev.argus.hostile;

import dev.argus.hostile.BasePhoto.Format;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/** Makes hostile files of good little photos: one for each seed, always the same. */
final class HostileInputs {
  private static final List<BasePhoto> BASES = BasePhoto.all();
  private static final List<BasePhoto> TIFFS = only(Format.TIFF);
  private static final List<BasePhoto> WITH_METADATA = only(Format.JPEG, Format.PNG);

  private HostileInputs() {}

  /** Files of all kinds. jqwik repeats them from its seed, {@link #of} one of them from its own. */
  static Arbitrary<HostileInput> any() {
    return Arbitraries.randomValue(random -> of(random.nextLong()));
  }

  /** The file of a seed. */
  static HostileInput of(long seed) {
    Random random = new Random(seed);
    BasePhoto base = any(BASES, random);
    BasePhoto other = any(BASES, random);
    Draft draft =
        switch (random.nextInt(20)) {
          case 0, 1 -> ByteAttacks.flipped(base, random);
          case 2, 3 -> ByteAttacks.overwritten(base, random);
          case 4, 5 -> ByteAttacks.withExtremes(base, random);
          case 6 -> ByteAttacks.cut(base, random);
          case 7 -> ByteAttacks.withoutARun(base, random);
          case 8 -> ByteAttacks.withARunRepeated(base, random);
          case 9 -> PieceAttacks.reordered(base, random);
          case 10 ->
              random.nextBoolean()
                  ? PieceAttacks.withoutAPiece(base, random)
                  : PieceAttacks.withAPieceRepeated(base, random);
          case 11 ->
              random.nextBoolean()
                  ? PieceAttacks.withAPieceOfAnother(base, other, random)
                  : PieceAttacks.spliced(base, other, random);
          case 12 -> PieceAttacks.withALyingLength(base, random);
          case 13 -> PieceAttacks.withALyingEntry(any(TIFFS, random), random);
          case 14 -> LyingSizes.bomb(base, random);
          case 15 -> LyingSizes.monster(base, random);
          case 16 -> LyingSizes.lie(base, random);
          case 17 ->
              random.nextBoolean() ? Impostors.other(random) : Impostors.nothingButOneByte(random);
          case 18 -> polyglot(base, other, random);
          default -> {
            BasePhoto described = any(WITH_METADATA, random);
            yield random.nextBoolean()
                ? Impostors.withAbsurdExif(described, random)
                : Impostors.withAComment(described, random);
          }
        };
    return new HostileInput(seed, draft.recipe(), draft.bytes(), draft.expected());
  }

  private static Draft polyglot(BasePhoto base, BasePhoto other, Random random) {
    return switch (random.nextInt(3)) {
      case 0 -> Impostors.signatureBefore(base, other);
      case 1 -> Impostors.withATail(base, other, random);
      default -> Impostors.behindAHead(base, random);
    };
  }

  private static List<BasePhoto> only(Format... formats) {
    return BASES.stream().filter(base -> List.of(formats).contains(base.format())).toList();
  }

  private static BasePhoto any(List<BasePhoto> photos, Random random) {
    return photos.get(random.nextInt(photos.size()));
  }
}
