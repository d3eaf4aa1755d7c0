package dev.argus.cli;

import dev.argus.traffic.Family;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A family of traffic on the command line: {@code diurnal}. */
final class FamilyOption implements ITypeConverter<Family> {
  @Override
  public Family convert(String text) {
    try {
      return Family.of(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
