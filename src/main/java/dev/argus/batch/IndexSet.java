package dev.argus.batch;

import java.util.BitSet;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Photos of a batch by their indices, as text in ranges: {@code 0-17,19,21}. It is the id of an
 * event, and so says which photos were told: whoever reads it can go on from there.
 */
public final class IndexSet {
  /** Far more than a form may have. */
  private static final int MAX_INDEX = 99_999;

  private static final int MAX_LENGTH = 8192; // of a header, in Pekko HTTP
  private static final Pattern RANGE = Pattern.compile("(\\d{1,5})(?:-(\\d{1,5}))?");

  private final BitSet indices; // never changed

  private IndexSet(BitSet indices) {
    this.indices = indices;
  }

  public static IndexSet none() {
    return new IndexSet(new BitSet());
  }

  /** Reads the text form; empty if it is not one. */
  public static Optional<IndexSet> parse(String text) {
    BitSet indices = new BitSet();
    if (text.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    for (String part : text.isBlank() ? new String[0] : text.strip().split(",", -1)) {
      Matcher range = RANGE.matcher(part);
      if (!range.matches()) {
        return Optional.empty();
      }
      int first = Integer.parseInt(range.group(1));
      int last = range.group(2) == null ? first : Integer.parseInt(range.group(2));
      if (last < first || last > MAX_INDEX) {
        return Optional.empty();
      }
      indices.set(first, last + 1);
    }
    return Optional.of(new IndexSet(indices));
  }

  public boolean contains(int index) {
    return indices.get(index);
  }

  /** These and one more. */
  public IndexSet with(int index) {
    BitSet more = (BitSet) indices.clone();
    more.set(index);
    return new IndexSet(more);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof IndexSet set && indices.equals(set.indices);
  }

  @Override
  public int hashCode() {
    return indices.hashCode();
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    int first = indices.nextSetBit(0);
    while (first >= 0) {
      int end = indices.nextClearBit(first);
      text.append(text.isEmpty() ? "" : ",").append(first);
      if (end > first + 1) {
        text.append('-').append(end - 1);
      }
      first = indices.nextSetBit(end);
    }
    return text.toString();
  }
}
