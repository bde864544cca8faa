package dev.tegula.hibernate.files;

import dev.tegula.failure.ConfigurationException;
import jakarta.xml.bind.JAXBContext;
import jakarta.xml.bind.JAXBException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.transform.dom.DOMResult;
import org.hibernate.boot.jaxb.Origin;
import org.hibernate.boot.jaxb.spi.Binding;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NamedNodeMap;
import org.w3c.dom.Node;

/**
 * A mapping file as Hibernate bound it, {@code orm.xml} or {@code hbm.xml}, written as XML again: the classes that it binds
 * to have other names in 6.6 than in 7, the elements have not.
 */
final class MappingDocument {

    private final String file;
    private final Element root;

    private MappingDocument(String file, Element root) {
        this.file = file;
        this.root = root;
    }

    static MappingDocument of(Binding<?> binding) {
        Object bound = binding.getRoot();
        String file = name(binding.getOrigin());
        try {
            DOMResult written = new DOMResult();
            JAXBContext.newInstance(bound.getClass()).createMarshaller().marshal(bound, written);
            return new MappingDocument(file, ((Document) written.getNode()).getDocumentElement());
        } catch (JAXBException e) {
            throw new ConfigurationException(
                    file + " cannot be read once more, so an encrypting <convert> in it cannot be checked. Use"
                            + " annotations instead.",
                    e);
        }
    }

    private static String name(Origin origin) {
        return origin.getName() == null || origin.getName().equals(Origin.UNKNOWN_FILE_PATH)
                ? "a mapping file (" + origin.getType() + ")"
                : "the mapping file " + origin.getName();
    }

    /**
     * What it says of attributes.
     *
     * @throws ConfigurationException if it names an encrypting converter for anything else
     */
    Stream<FileConversion> conversions(NamedConverters converters) {
        List<NamedValue> values = new ArrayList<>();
        collect(root, values);
        return values.stream().flatMap(value -> value.conversion(converters).stream());
    }

    private void collect(Element element, List<NamedValue> values) {
        NamedNodeMap attributes = element.getAttributes();
        for (int i = 0; i < attributes.getLength(); i++) {
            Node attribute = attributes.item(i);
            values.add(new NamedValue(file, element, ElementPath.local(attribute), attribute.getNodeValue()));
        }
        boolean leaf = true;
        for (Node child = element.getFirstChild(); child != null; child = child.getNextSibling()) {
            if (child instanceof Element inner) {
                leaf = false;
                collect(inner, values);
            }
        }
        if (leaf && !ElementPath.local(element).equals("description")) {
            values.add(new NamedValue(file, element, "", element.getTextContent()));
        }
    }
}
