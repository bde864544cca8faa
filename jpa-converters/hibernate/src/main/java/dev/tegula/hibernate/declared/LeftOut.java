package dev.tegula.hibernate.declared;

import org.hibernate.mapping.Component;
import org.hibernate.mapping.Map;
import org.hibernate.mapping.Property;
import org.hibernate.mapping.Value;

/** Why Hibernate did not do what a mapping file says, as far as that is known, and what to write instead. */
final class LeftOut {

    private static final String ANNOTATE = ", or annotate the attribute in Java";

    private LeftOut() {}

    /** Of a path of attributes that a file names in a class. */
    static String cure(Holder holder, Member member, String path) {
        Value value = member.attribute()
                .flatMap(holder::property)
                .map(Property::getValue)
                .orElse(null);
        if (value instanceof Component) {
            return "Hibernate 7 leaves out what is inside of <embedded>. Put it into the <entity>, as <convert"
                    + " attribute-name=\"" + path + "\">, or to the <basic> of the <embeddable>" + ANNOTATE;
        }
        if (value instanceof Map) {
            return "Hibernate 7 leaves out what is beside a <map-key-convert>. Write both as <convert>, with"
                    + " attribute-name=\"key\" and attribute-name=\"value\"" + ANNOTATE;
        }
        return "It is an identifier or a version, it reaches into a collection from outside (put it into the"
                + " <element-collection>), or another file, type or converter won. Name one converter, at the"
                + " attribute itself" + ANNOTATE;
    }
}
