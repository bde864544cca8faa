package dev.tegula.hibernate.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/** Sets written in the order of their elements' JSON: two equal sets may iterate differently. */
final class SortedSets extends SimpleModule {

    private static final long serialVersionUID = 1L;

    SortedSets() {
        super("tegula-sorted-sets");
        addSerializer(new Sorted());
    }

    private static final class Sorted extends StdSerializer<Set<?>> {

        private static final long serialVersionUID = 1L;

        Sorted() {
            super(Set.class, false);
        }

        @Override
        public void serialize(Set<?> set, JsonGenerator target, SerializerProvider provider) throws IOException {
            List<String> elements = new ArrayList<>(set.size());
            for (Object element : set) {
                elements.add(text(element, target, provider));
            }
            elements.sort(Comparator.naturalOrder());
            target.writeStartArray();
            for (String element : elements) {
                target.writeString(element);
            }
            target.writeEndArray();
        }

        private static String text(Object element, JsonGenerator target, SerializerProvider provider)
                throws IOException {
            StringWriter text = new StringWriter();
            try (JsonGenerator apart = target.getCodec().getFactory().createGenerator(text)) {
                apart.setCodec(target.getCodec());
                provider.defaultSerializeValue(element, apart);
            }
            return Json.compared(text.toString());
        }
    }
}
