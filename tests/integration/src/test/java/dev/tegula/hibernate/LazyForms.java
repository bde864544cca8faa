package dev.tegula.hibernate;

import java.util.Map;

/** How a test asks an entity whose class it cannot name, because Hibernate changed it. */
public interface LazyForms {

    void fill(String value);

    void name(String changed);

    String secret();

    String note();

    Map<String, String> more();

    Map<String, String> eager();

    int version();
}
