package dev.tegula.hibernate.output;

import java.lang.annotation.Annotation;
import org.jspecify.annotations.Nullable;

/** The annotations of a field or method, as the one who asks sees them (Jackson adds those of its mix-ins). */
public interface Annotated {

    /** The annotation of that type; null if there is none. */
    <A extends Annotation> @Nullable A getAnnotation(Class<A> type);
}
