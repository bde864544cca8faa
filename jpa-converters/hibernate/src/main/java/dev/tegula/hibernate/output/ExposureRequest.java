package dev.tegula.hibernate.output;

import com.fasterxml.jackson.annotation.JsonGetter;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonKey;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.annotation.JsonView;
import java.util.List;

/**
 * Whether the application asked for an encrypted attribute in JSON. Annotations that say <em>that</em> something is
 * written count, those that say <em>how</em> ({@code @JsonInclude}, {@code @JsonFormat}, {@code @JsonUnwrapped},
 * {@code @JsonRawValue}) do not; nor do those of a setter, of a constructor's parameter or of the class.
 */
public enum ExposureRequest {

    /** Nothing asks for it. */
    NONE,

    /** Only views do, so that it is written while one of them is active; a mapper without a view writes it to nobody. */
    IN_VIEWS,

    /** It is written. */
    ALWAYS;

    /** What the annotations of a field and of its getter say. */
    public static ExposureRequest of(List<Annotated> members) {
        if (members.stream().anyMatch(ExposureRequest::asked)) {
            return ALWAYS;
        }
        return members.stream().anyMatch(member -> member.getAnnotation(JsonView.class) != null) ? IN_VIEWS : NONE;
    }

    private static boolean asked(Annotated member) {
        JsonProperty property = member.getAnnotation(JsonProperty.class);
        JsonValue value = member.getAnnotation(JsonValue.class);
        JsonKey key = member.getAnnotation(JsonKey.class);
        JsonIgnore ignore = member.getAnnotation(JsonIgnore.class);
        return (property != null && property.access() != JsonProperty.Access.WRITE_ONLY)
                || member.getAnnotation(JsonGetter.class) != null
                || (value != null && value.value())
                || (key != null && key.value())
                || (ignore != null && !ignore.value());
    }
}
