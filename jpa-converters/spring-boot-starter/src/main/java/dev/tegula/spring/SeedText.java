package dev.tegula.spring;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.hibernate.type.EncryptedJavaType;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.core.convert.ConversionException;
import org.springframework.util.ReflectionUtils;

/** Reads the text of an SQL literal as the value of an attribute: as it is, or in the form of ISO 8601, or as numbers are written. */
final class SeedText {

    private SeedText() {}

    /**
     * The value.
     *
     * @throws ConfigurationException if the text is none of the type; it is not quoted
     */
    static Object value(EncryptedJavaType attribute, byte[] stored) {
        Class<?> type = attribute.getJavaTypeClass();
        if (type == byte[].class) {
            return stored;
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(stored))
                    .toString();
            if (type == String.class) {
                return text;
            }
            if (type == LocalDateTime.class) {
                text = text.replace(' ', 'T');
            }
            Method parse = ReflectionUtils.findMethod(type, "parse", CharSequence.class);
            Object value = parse == null
                    ? ApplicationConversionService.getSharedInstance().convert(text, type)
                    : parse.invoke(null, text);
            if (type.isInstance(value)) {
                return value;
            }
        } catch (CharacterCodingException
                | ConversionException
                | IllegalAccessException
                | InvocationTargetException e) {
            // Their messages quote the text.
        }
        throw new ConfigurationException("tegula.seed: a value in clear in the column of " + attribute.attribute()
                + " is no " + type.getSimpleName() + " as text. Dates and times are written as in 2026-01-31, enums by"
                + " name. What has no text form, save through the application.");
    }
}
