package dev.tegula.hibernate.jackson3;

import dev.tegula.hibernate.output.JsonOutput;
import java.util.List;
import tools.jackson.core.Version;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.module.SimpleSerializers;

/**
 * Keeps attributes that are encrypted, and values of type {@link dev.tegula.value.Sensitive}, out of JSON that Jackson 3
 * writes: {@code JsonMapper.builder().addModule(new EncryptedModule())}. An annotation of Jackson on the attribute that asks for it
 * wins. Reading JSON is not changed, but for {@link #requiringOnInput}.
 *
 * <p>Only for mappers whose output leaves the application: what stores JSON to read it again would lose the attributes. So
 * it is never found by {@code findAndAddModules}, by which Hibernate makes its own mapper.
 */
public final class EncryptedModule extends JacksonModule {

    private final JsonOutput output;
    private final boolean required;

    /** Leaves them out. */
    public EncryptedModule() {
        this(JsonOutput.OMIT);
    }

    /** Does with them what is said. */
    public EncryptedModule(JsonOutput output) {
        this(output, false);
    }

    private EncryptedModule(JsonOutput output, boolean required) {
        this.output = output;
        this.required = required;
    }

    /**
     * The same, but a document that is read must name every attribute that is left out of those written, if only as null. A
     * client that sends back what it was given is then refused, and does not delete what it was never shown. Updates of an
     * existing object ({@code readerForUpdating}) keep what a document does not name, and are not refused.
     */
    public EncryptedModule requiringOnInput() {
        return new EncryptedModule(output, true);
    }

    @Override
    public String getModuleName() {
        return "tegula";
    }

    @Override
    public Version version() {
        return Version.unknownVersion();
    }

    @Override
    public void setupModule(SetupContext context) {
        context.addSerializers(new SimpleSerializers(List.of(new BlindIndexSerializer(), new BlindTokensSerializer())));
        if (output != JsonOutput.INCLUDE) {
            context.addSerializerModifier(new OutputModifier(output == JsonOutput.FAIL));
        }
        if (required && output != JsonOutput.INCLUDE) {
            context.addDeserializerModifier(new InputModifier());
        }
    }
}
