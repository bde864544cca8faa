package dev.tegula.spring;

import dev.tegula.hibernate.TegulaCatalogue;
import dev.tegula.hibernate.type.BlindTokensType;
import jakarta.persistence.EntityManagerFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.orm.jpa.EntityManagerFactoryInfo;

/** The encrypted columns of the session factories of an application. */
final class Mappings implements EncryptedMappings {

    private final ListableBeanFactory beans;

    Mappings(ListableBeanFactory beans) {
        this.beans = beans;
    }

    @Override
    public List<Mapping> all() {
        List<Mapping> out = new ArrayList<>();
        BeanFactoryUtils.beansOfTypeIncludingAncestors(beans, EntityManagerFactory.class)
                .forEach((name, factory) -> {
                    if (OtherProviders.isHibernate(factory)) {
                        out.add(new Mapping(name, TegulaCatalogue.of(factory), indexes(factory), database(factory)));
                    }
                });
        return out;
    }

    private static List<IndexColumn> indexes(EntityManagerFactory factory) {
        return MappedTable.of(factory.unwrap(SessionFactoryImplementor.class)).stream()
                .flatMap(table -> table.indexes().stream()
                        .map(index -> new IndexColumn(
                                index.type().companion().attribute(),
                                table.name(),
                                index.name(),
                                index.type() instanceof BlindTokensType)))
                .distinct()
                .toList();
    }

    private static Optional<DataSource> database(EntityManagerFactory factory) {
        return factory instanceof EntityManagerFactoryInfo info
                ? Optional.ofNullable(info.getDataSource())
                : Optional.empty();
    }
}
