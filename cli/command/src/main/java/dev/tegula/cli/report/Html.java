package dev.tegula.cli.report;

import dev.tegula.operations.document.Printable;
import java.io.StringWriter;
import java.util.List;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * Writes a page. Every text and attribute is escaped by the JDK's writer of XML; before that what is no glyph is shown as an escape,
 * so that a name can neither end an element nor turn the direction of the text beside it.
 */
final class Html {

    private final StringWriter out = new StringWriter();
    private final XMLStreamWriter xml;

    /** Something that writes XML. */
    private interface Writing {
        void run() throws XMLStreamException;
    }

    Html() {
        try {
            xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(out);
            xml.writeDTD("<!DOCTYPE html>");
        } catch (XMLStreamException e) {
            throw failed(e);
        }
    }

    /** Opens an element; attributes are name, value, name, value… */
    Html open(String element, String... attributes) {
        return write(() -> {
            xml.writeStartElement(element);
            attributes(attributes);
        });
    }

    /** An element that has no content. */
    Html empty(String element, String... attributes) {
        return write(() -> {
            xml.writeEmptyElement(element);
            attributes(attributes);
        });
    }

    private void attributes(String... attributes) throws XMLStreamException {
        for (int i = 0; i < attributes.length; i += 2) {
            xml.writeAttribute(attributes[i], Printable.of(attributes[i + 1]));
        }
    }

    Html text(String text) {
        return write(() -> xml.writeCharacters(Printable.of(text)));
    }

    /** An element with nothing but text in it. */
    Html element(String element, String text, String... attributes) {
        return open(element, attributes).text(text).close();
    }

    /** Closes the element that was opened last. */
    Html close() {
        return write(xml::writeEndElement);
    }

    /** Text with commands between backticks, which are set as code. */
    Html sentence(String text) {
        String[] parts = text.split("`", -1);
        for (int i = 0; i < parts.length; i++) {
            if (i % 2 == 1 && i < parts.length - 1) {
                element("code", parts[i]);
            } else if (!parts[i].isEmpty()) {
                text((i % 2 == 1 ? "`" : "") + parts[i]);
            }
        }
        return this;
    }

    /** The report's own style sheet, which has nothing to escape. */
    Html style(String css) {
        return write(() -> {
            xml.writeStartElement("style");
            xml.writeCharacters(css);
            xml.writeEndElement();
        });
    }

    /** A list of sentences. */
    Html list(String kind, List<String> sentences) {
        open("ul", "class", kind);
        sentences.forEach(sentence -> open("li").sentence(sentence).close());
        return close();
    }

    /** The page; nothing more can be written. */
    String page() {
        write(() -> {
            xml.writeEndDocument();
            xml.close();
        });
        return out.append('\n').toString();
    }

    private Html write(Writing writing) {
        try {
            writing.run();
            return this;
        } catch (XMLStreamException e) {
            throw failed(e);
        }
    }

    private static IllegalStateException failed(XMLStreamException e) {
        return new IllegalStateException("The page cannot be written.", e);
    }
}
