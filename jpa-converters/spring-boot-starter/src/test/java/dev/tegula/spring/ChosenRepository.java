package dev.tegula.spring;

import org.springframework.context.annotation.ComponentScan.Filter;
import org.springframework.context.annotation.FilterType;
import org.springframework.core.type.classreading.MetadataReader;
import org.springframework.core.type.classreading.MetadataReaderFactory;
import org.springframework.core.type.filter.TypeFilter;
import org.springframework.data.jpa.repository.config.EnableJpaRepositories;

/** An application with one repository only, of those that the tests declare. */
@EnableJpaRepositories(
        considerNestedRepositories = true,
        basePackageClasses = ChosenRepository.class,
        includeFilters = @Filter(type = FilterType.CUSTOM, classes = ChosenRepository.Only.class),
        excludeFilters = @Filter(type = FilterType.CUSTOM, classes = ChosenRepository.Others.class))
final class ChosenRepository {

    /** The name of its class. */
    static final ThreadLocal<String> NAME = new ThreadLocal<>();

    static class Only implements TypeFilter {
        @Override
        public boolean match(MetadataReader reader, MetadataReaderFactory factory) {
            return reader.getClassMetadata().getClassName().equals(NAME.get());
        }
    }

    static class Others implements TypeFilter {
        @Override
        public boolean match(MetadataReader reader, MetadataReaderFactory factory) {
            return !reader.getClassMetadata().getClassName().equals(NAME.get());
        }
    }
}
