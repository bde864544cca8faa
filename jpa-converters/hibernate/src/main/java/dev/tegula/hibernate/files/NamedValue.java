package dev.tegula.hibernate.files;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.jpa.EncryptedConverter;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * An attribute or text in a mapping file, which may name a class.
 *
 * @param attribute its name; empty for text
 */
record NamedValue(String file, Element element, String attribute, String value) {

    private static final String OF_KEY = "map-key-convert";
    private static final Set<String> CONVERTS = Set.of("convert", OF_KEY);

    /** They make a converter known, and what applies itself is held against the mapping. */
    private static final Set<String> REGISTER = Set.of("converter", "conversion", "converter-registration");

    Optional<FileConversion> conversion(NamedConverters converters) {
        String element = ElementPath.local(this.element);
        boolean converts = CONVERTS.contains(element) && attribute.equals("converter") && !value.isEmpty();
        if (converts && this.element.getAttribute("disable-conversion").equals("true")) {
            return Optional.empty();
        }
        String inPackage = attribute.equals("converter") ? inPackage() : "";
        if (converts && converters.type(value, inPackage).isEmpty()) {
            throw new ConfigurationException(file + " names the converter " + value + " in <" + element
                    + ">, and there is no such class: Hibernate did not look for it, so it left the element out. Correct"
                    + " the name.");
        }
        return REGISTER.contains(element)
                ? Optional.empty()
                : converters.encrypting(value, inPackage).map(converter -> {
                    if (!converts && !NamedConverters.isHbm(value)) {
                        throw elsewhere(converter);
                    }
                    return conversion(element, converters, converter);
                });
    }

    private FileConversion conversion(
            String element, NamedConverters converters, Class<? extends EncryptedConverter<?>> converter) {
        ElementPath place = ElementPath.of(this.element).orElseThrow(() -> elsewhere(converter));
        List<String> names = place.names();
        String inside = String.join(".", names.isEmpty() ? names : names.subList(1, names.size()));
        String own = this.element.getAttribute("attribute-name");
        String path = inside.isEmpty() || own.isEmpty() ? inside + own : inside + "." + own;
        return new FileConversion(
                file,
                element,
                place.ofEntity(),
                converters.type(place.className(), inPackage()).orElse(null),
                place.className().isEmpty() ? place.entityName() : place.className(),
                names.stream().findFirst(),
                element.equals(OF_KEY) ? ofKey(path) : path,
                converter);
    }

    private static String ofKey(String path) {
        if (path.isEmpty()) {
            return "key";
        }
        return path.equals("key") || path.startsWith("key.") ? path : "key." + path;
    }

    private String inPackage() {
        Element root = element.getOwnerDocument().getDocumentElement();
        for (Node child = root.getFirstChild(); child != null; child = child.getNextSibling()) {
            if (ElementPath.local(child).equals("package")) {
                return child.getTextContent().strip();
            }
        }
        return root.getAttribute("package");
    }

    private ConfigurationException elsewhere(Class<?> converter) {
        return new ConfigurationException(file + " names " + converter.getName() + " in <" + ElementPath.local(element)
                + ">, where nothing encrypts with it: Hibernate compares or computes values there, or does not look at it. Name"
                + " it in the <convert> of an attribute.");
    }
}
