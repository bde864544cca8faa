package dev.tegula.hibernate;

import jakarta.persistence.Basic;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.Version;
import java.util.HashMap;
import java.util.Map;
import org.hibernate.annotations.LazyGroup;

/** Its values are read when they are asked for, once Hibernate has enhanced it. */
@Entity(name = "LazyForm")
public class LazyForm implements LazyForms {

    @Id
    private Long id = 1L;

    @Version
    private int version;

    String name = "name";

    @Basic(fetch = FetchType.LAZY)
    @Encrypted("lazy.secret")
    private String secret;

    @Basic(fetch = FetchType.LAZY)
    @LazyGroup("other")
    @Convert(converter = PathMappings.Note.class)
    private String note;

    @Basic(fetch = FetchType.LAZY)
    @Encrypted("lazy.more")
    private Map<String, String> more = new HashMap<>();

    @Encrypted("lazy.eager")
    private Map<String, String> eager = new HashMap<>();

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
        return eager;
    }

    @Override
    public int version() {
        return version;
    }
}
