package dev.tegula.hibernate.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.Arrays;

/** The mappers of this package; no application configures them. */
final class Json {

    /**
     * Levels of arrays and objects inside each other, for writers and readers. Reading 1,000 levels of records overflows a
     * thread's stack of 1 MB.
     */
    static final int DEEPEST = 250;

    /** Writes what is stored, and reads it. */
    static final ObjectMapper STORED = build(mapper());

    /** Writes what is compared: sets and maps in an order that depends on their elements only, numbers as they are. */
    static final ObjectMapper COMPARED = build(mapper().addModule(new SortedSets())
            .enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES));

    private Json() {}

    /** Text that is equal for values that are. */
    static String compared(String json) throws IOException {
        return COMPARED.writeValueAsString(COMPARED.readTree(json));
    }

    private static ObjectMapper build(JsonMapper.Builder builder) {
        ObjectMapper mapper = builder.build();
        mapper.getSerializerProvider().setNullKeySerializer(new NullKeys());
        return mapper;
    }

    private static JsonMapper.Builder mapper() {
        JsonMapper.Builder builder = JsonMapper.builder(factory())
                .addModule(new IsoTimes())
                .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                // What refers to itself is found by its depth, as what does so by way of others.
                .disable(SerializationFeature.FAIL_ON_SELF_REFERENCES)
                .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);
        // By name: Jackson has it from 2.19 on. Keys without an order (a Period) are written as they come.
        Arrays.stream(SerializationFeature.values())
                .filter(feature -> feature.name().equals("FAIL_ON_ORDER_MAP_BY_INCOMPARABLE_KEY"))
                .forEach(builder::disable);
        return builder;
    }

    /**
     * What is read was written here and authenticated, so Jackson's limits for strangers' input would only lose values. It keeps nothing of
     * one: neither buffers for a thread's next value, nor names in its table of symbols, which keys of maps are too.
     */
    private static JsonFactory factory() {
        return JsonFactory.builder()
                .recyclerPool(JsonRecyclerPools.nonRecyclingPool())
                .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(DEEPEST)
                        .maxNumberLength(Integer.MAX_VALUE)
                        .maxStringLength(Integer.MAX_VALUE)
                        .maxNameLength(Integer.MAX_VALUE)
                        .build())
                .streamWriteConstraints(StreamWriteConstraints.builder()
                        .maxNestingDepth(DEEPEST)
                        .build())
                .build();
    }
}
