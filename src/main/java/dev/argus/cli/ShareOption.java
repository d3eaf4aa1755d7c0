package dev.argus.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A share on the command line: {@code 0.01} or {@code 1%}. */
final class ShareOption implements ITypeConverter<Double> {
  @Override
  public Double convert(String text) {
    try {
      return text.endsWith("%")
          ? Double.parseDouble(text.substring(0, text.length() - 1)) / 100
          : Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new TypeConversionException(
          "expected a share such as 0.01 or 1%, found '" + text + "'");
    }
  }
}
