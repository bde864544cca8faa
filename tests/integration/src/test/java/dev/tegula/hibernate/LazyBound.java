package dev.tegula.hibernate;

import dev.tegula.blindindex.BlindIndex;
import jakarta.persistence.Basic;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.Version;
import java.util.HashMap;
import java.util.Map;
import org.hibernate.annotations.LazyGroup;

/** As {@link LazyForm}, of values that are bound to their row, with an index of one of them. */
@Entity(name = "LazyBound")
public class LazyBound implements LazyForms {

    @Id
    private Long id = 1L;

    @Version
    private int version;

    String name = "name";

    /** Not lazy: both are compared when the entity is loaded, so a lazy one is refused. */
    @Encrypted(value = "lazy.bound", bind = Bind.ROW)
    private String secret;

    @BlindIndexOf("secret")
    BlindIndex secretIndex;

    @Basic(fetch = FetchType.LAZY)
    @LazyGroup("other")
    @Encrypted(value = "lazy.other", bind = Bind.ROW)
    private String note;

    @Basic(fetch = FetchType.LAZY)
    @Encrypted(value = "lazy.map", bind = Bind.ROW)
    private Map<String, String> more = new HashMap<>();

    @Override
    public void fill(String value) {
        secret = value;
        note = value;
    }

    @Override
    public void name(String changed) {
        name = changed;
    }

    @Override
    public String secret() {
        return secret;
    }

    @Override
    public String note() {
        return note;
    }

    @Override
    public Map<String, String> more() {
        return more;
    }

    @Override
    public Map<String, String> eager() {
        return Map.of();
    }

    @Override
    public int version() {
        return version;
    }
}
