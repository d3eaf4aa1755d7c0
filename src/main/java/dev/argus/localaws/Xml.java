package dev.argus.localaws;

import java.io.StringWriter;
import java.util.Collection;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * Writes XML as EC2 lays it out: elements with text, nested elements, and lists of {@code item}.
 */
final class Xml {
  private final XMLStreamWriter out;

  private Xml(XMLStreamWriter out) {
    this.out = out;
  }

  /**
   * A whole document.
   *
   * @param namespace of all elements; empty for none
   */
  static String document(String root, String namespace, Consumer<Xml> content) {
    StringWriter text = new StringWriter();
    try {
      // The JDK's own, not whichever another library brought.
      XMLStreamWriter out = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
      out.writeStartDocument("UTF-8", "1.0");
      out.writeStartElement(root);
      if (!namespace.isEmpty()) {
        out.writeDefaultNamespace(namespace);
      }
      content.accept(new Xml(out));
      out.writeEndDocument();
      out.close();
    } catch (XMLStreamException e) {
      throw new IllegalStateException("Cannot write " + root, e);
    }
    return text.toString();
  }

  Xml text(String name, Object value) {
    return nested(name, x -> x.content(value));
  }

  Xml nested(String name, Consumer<Xml> content) {
    try {
      out.writeStartElement(name);
      content.accept(this);
      out.writeEndElement();
    } catch (XMLStreamException e) {
      throw new IllegalStateException("Cannot write " + name, e);
    }
    return this;
  }

  <T> Xml items(String name, Collection<T> values, BiConsumer<Xml, T> content) {
    return nested(
        name, list -> values.forEach(v -> list.nested("item", x -> content.accept(x, v))));
  }

  /** The text of the element that is open. */
  void content(Object value) {
    try {
      out.writeCharacters(String.valueOf(value));
    } catch (XMLStreamException e) {
      throw new IllegalStateException("Cannot write " + value, e);
    }
  }
}
