package dev.tegula.hibernate.boot;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.hibernate.type.DocumentText;
import java.util.List;
import java.util.function.Predicate;
import org.hibernate.boot.Metadata;
import org.hibernate.boot.spi.SessionFactoryOptions;
import org.hibernate.mapping.BasicValue;
import org.hibernate.mapping.Collection;
import org.hibernate.mapping.Component;
import org.hibernate.mapping.PersistentClass;
import org.hibernate.mapping.Property;
import org.hibernate.mapping.Value;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where a document with encrypted paths may not be. */
final class DocumentChecks {

    private static final Logger LOG = LoggerFactory.getLogger(DocumentChecks.class);

    private DocumentChecks() {}

    static void check(Metadata metadata, SessionFactoryOptions options) {
        for (PersistentClass entity : metadata.getEntityBindings()) {
            boolean cached = options.isSecondLevelCacheEnabled()
                    && (entity.getRootClass().isCached() || entity.isCached());
            for (Property property : entity.getPropertyClosure()) {
                String path = entity.getEntityName() + "." + property.getName();
                if (entity.getClassName() != null) {
                    requireType(path, property.getValue());
                }
                requireWrittenTogether(path, property.getValue());
                if (acceptsClear(property.getValue())) {
                    LOG.warn(
                            "{} takes what stands in clear at its encrypted paths for values (acceptClear = true), also what"
                                    + " somebody else wrote there. Move the documents that are in clear, then take it away.",
                            path);
                }
                if (cached && isDocument(property.getValue())) {
                    throw Refusal.of(
                            path,
                            "is a document, which the second-level cache would hold in clear. Do not cache its entity, or"
                                    + " make the document an attribute with @Encrypted");
                }
            }
        }
        for (Collection collection : metadata.getCollectionBindings()) {
            if (collection.getOwner().getClassName() != null) {
                requireType(collection.getRole(), collection.getElement());
            }
            if (isDocument(collection.getElement())) {
                throw Refusal.of(
                        collection.getRole(),
                        "is a collection of documents with encrypted paths. Make the element an entity with such a document, or"
                                + " put the list into the document");
            }
        }
    }

    /** Without its type a document is stored as it is. Histories of Envers have no class, and names of their own. */
    private static void requireType(String path, Value value) {
        if (value instanceof Component component) {
            if (component.getTypeName() == null) {
                component.getProperties().forEach(part -> requireType(path + "." + part.getName(), part.getValue()));
            }
        } else if (isText(value)) {
            throw new ConfigurationException(
                    path + " has @DocumentColumn, which belongs into the columns of a DocumentType:"
                            + " here nothing would be taken out of the document. Name the type with @CompositeType at the attribute"
                            + " that holds the document.");
        }
    }

    /** The document names the marks of its values: one column without the others would make both unreadable. */
    private static void requireWrittenTogether(String path, Value value) {
        if (!(value instanceof Component component)) {
            return;
        }
        List<Property> parts = component.getProperties();
        parts.forEach(part -> requireWrittenTogether(path + "." + part.getName(), part.getValue()));
        boolean document = parts.stream().anyMatch(part -> isText(part.getValue()));
        if (document && (some(parts, Property::isInsertable) || some(parts, Property::isUpdateable))) {
            throw Refusal.of(
                    path,
                    "only some of its columns are inserted or updated. A document and its values are written together: give"
                            + " all of them the same insertable and updatable");
        }
    }

    private static boolean some(List<Property> parts, Predicate<Property> written) {
        return parts.stream().anyMatch(written) && !parts.stream().allMatch(written);
    }

    private static boolean isText(Value value) {
        return value instanceof BasicValue basic && basic.resolve().getDomainJavaType() instanceof DocumentText;
    }

    private static boolean acceptsClear(Value value) {
        return value instanceof BasicValue basic
                ? basic.resolve().getDomainJavaType() instanceof DocumentText text && text.acceptsClear()
                : value instanceof Component component
                        && component.getProperties().stream().anyMatch(part -> acceptsClear(part.getValue()));
    }

    private static boolean isDocument(Value value) {
        return value instanceof Component component
                && component.getProperties().stream()
                        .anyMatch(part -> isText(part.getValue()) || isDocument(part.getValue()));
    }
}
