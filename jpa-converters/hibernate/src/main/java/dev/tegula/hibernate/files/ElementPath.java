package dev.tegula.hibernate.files;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * Where an element of a mapping file stands: the element of the class around it, and the names of the attributes from
 * there to it, with {@code key} and {@code value} for the parts of a {@code <map>} of {@code hbm.xml}.
 */
record ElementPath(Element type, List<String> names) {

    private static final Set<String> CLASSES = Set.of("class", "subclass", "joined-subclass", "union-subclass");
    private static final Set<String> TYPES = Set.of("entity", "mapped-superclass", "embeddable");
    private static final Set<String> KEYS = Set.of("map-key", "index", "composite-map-key", "composite-index");
    private static final Set<String> VALUES = Set.of("element", "composite-element");

    /** Its name is that of a type, or of a group of attributes of the class around it. */
    private static final Set<String> NAMED_OTHERWISE = Set.of("type", "properties");

    /** Empty outside of classes. */
    static Optional<ElementPath> of(Element element) {
        Deque<String> names = new ArrayDeque<>();
        for (Node node = element; node instanceof Element one; node = node.getParentNode()) {
            if (TYPES.contains(local(one)) || CLASSES.contains(local(one))) {
                return Optional.of(new ElementPath(one, List.copyOf(names)));
            }
            String name = name(one);
            if (!name.isEmpty()) {
                names.addFirst(name);
            }
        }
        return Optional.empty();
    }

    private static String name(Element element) {
        String local = local(element);
        if (KEYS.contains(local)) {
            return "key";
        }
        if (VALUES.contains(local)) {
            return local(element.getParentNode()).equals("map") ? "value" : "";
        }
        return NAMED_OTHERWISE.contains(local) ? "" : element.getAttribute("name");
    }

    static String local(Node node) {
        return node.getLocalName() == null ? node.getNodeName() : node.getLocalName();
    }

    boolean ofEntity() {
        return CLASSES.contains(local(type)) || local(type).equals("entity");
    }

    /** The Java class that the file names; empty for an entity that has a name beside it in {@code hbm.xml}, or no class. */
    String className() {
        if (CLASSES.contains(local(type))) {
            return type.hasAttribute("entity-name") ? "" : type.getAttribute("name");
        }
        return type.getAttribute("class");
    }

    /** The name of the class that has no Java class of its own. */
    String entityName() {
        return CLASSES.contains(local(type)) && type.hasAttribute("entity-name")
                ? type.getAttribute("entity-name")
                : type.getAttribute("name");
    }
}
