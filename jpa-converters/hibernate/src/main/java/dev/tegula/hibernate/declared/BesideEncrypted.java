package dev.tegula.hibernate.declared;

import dev.tegula.failure.ConfigurationException;
import jakarta.persistence.Convert;
import jakarta.persistence.Converts;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Id;
import jakarta.persistence.Version;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.util.Map;
import org.hibernate.annotations.ColumnTransformer;
import org.hibernate.annotations.CreationTimestamp;
import org.hibernate.annotations.CurrentTimestamp;
import org.hibernate.annotations.Formula;
import org.hibernate.annotations.Generated;
import org.hibernate.annotations.GeneratedColumn;
import org.hibernate.annotations.NaturalId;
import org.hibernate.annotations.SourceType;
import org.hibernate.annotations.TenantId;
import org.hibernate.annotations.UpdateTimestamp;
import org.hibernate.annotations.ValueGenerationType;
import org.hibernate.generator.BeforeExecutionGenerator;

/** What an encrypted attribute may not say beside it. */
final class BesideEncrypted {

    private static final String DATABASE = "the database would have to compute the value, and it has no key";

    private static final Map<Class<? extends Annotation>, String> REFUSED = Map.of(
            Id.class,
            "a key must be comparable, and ciphertext differs each time",
            EmbeddedId.class,
            "a key must be comparable, and ciphertext differs each time",
            Version.class,
            "Hibernate compares it in the database",
            NaturalId.class,
            "it must be comparable, and ciphertext differs each time",
            TenantId.class,
            "Hibernate compares it in every query, and ciphertext differs each time",
            Formula.class,
            DATABASE,
            ColumnTransformer.class,
            DATABASE,
            Generated.class,
            DATABASE,
            GeneratedColumn.class,
            DATABASE);

    private BesideEncrypted() {}

    /** Beside an annotation. */
    static void annotated(AnnotatedElement member, String label) {
        Convert convert = member.getAnnotation(Convert.class);
        boolean converts = convert != null && !convert.disableConversion();
        if (converts || member.isAnnotationPresent(Converts.class)) {
            throw refusal(label, Convert.class, "two conversions cannot both have the column");
        }
        converted(member, label);
    }

    /** Beside a converter. */
    static void converted(AnnotatedElement member, String label) {
        REFUSED.forEach((type, reason) -> {
            if (member.isAnnotationPresent(type)) {
                throw refusal(label, type, reason);
            }
        });
        if (madeByDatabase(member)) {
            throw new ConfigurationException(label + " is encrypted, and its timestamp is made by the database: "
                    + DATABASE + ". Let Hibernate make it (source = VM), or leave it in clear.");
        }
        for (Annotation annotation : member.getAnnotations()) {
            ValueGenerationType generation = annotation.annotationType().getAnnotation(ValueGenerationType.class);
            if (generation != null && !BeforeExecutionGenerator.class.isAssignableFrom(generation.generatedBy())) {
                throw refusal(label, annotation.annotationType(), DATABASE);
            }
        }
    }

    private static boolean madeByDatabase(AnnotatedElement member) {
        CreationTimestamp creation = member.getAnnotation(CreationTimestamp.class);
        UpdateTimestamp update = member.getAnnotation(UpdateTimestamp.class);
        CurrentTimestamp current = member.getAnnotation(CurrentTimestamp.class);
        return (creation != null && creation.source() == SourceType.DB)
                || (update != null && update.source() == SourceType.DB)
                || (current != null && current.source() == SourceType.DB);
    }

    private static ConfigurationException refusal(String label, Class<? extends Annotation> type, String reason) {
        return new ConfigurationException(
                label + " is encrypted and @" + type.getSimpleName() + ": " + reason + ". Take one of them away.");
    }
}
