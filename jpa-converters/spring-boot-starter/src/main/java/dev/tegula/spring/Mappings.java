package dev.tegula.spring;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.hibernate.TegulaCatalogue;
import jakarta.persistence.EntityManagerFactory;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;

/** The encrypted columns of the session factories of an application. */
final class Mappings implements EncryptedMappings {

    private final ListableBeanFactory beans;

    Mappings(ListableBeanFactory beans) {
        this.beans = beans;
    }

    @Override
    public Map<String, List<EncryptedColumn>> columns() {
        Map<String, List<EncryptedColumn>> out = new TreeMap<>();
        BeanFactoryUtils.beansOfTypeIncludingAncestors(beans, EntityManagerFactory.class)
                .forEach((name, factory) -> out.put(name, TegulaCatalogue.of(factory)));
        return out;
    }
}
