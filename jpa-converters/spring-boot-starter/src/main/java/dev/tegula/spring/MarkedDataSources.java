package dev.tegula.spring;

import org.springframework.beans.factory.annotation.AnnotatedBeanDefinition;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.core.type.AnnotationMetadata;

/**
 * Takes the beans that are marked {@link TegulaDataSource} from everybody who does not ask for the mark. It runs before
 * Spring Boot asks whether there is a {@code DataSource} already.
 */
final class MarkedDataSources implements ImportBeanDefinitionRegistrar {

    @Override
    public void registerBeanDefinitions(AnnotationMetadata importing, BeanDefinitionRegistry registry) {
        for (String name : registry.getBeanDefinitionNames()) {
            if (registry.getBeanDefinition(name) instanceof AbstractBeanDefinition definition && isMarked(definition)) {
                definition.setDefaultCandidate(false);
            }
        }
    }

    static boolean isMarked(BeanDefinition definition) {
        if (!(definition instanceof AnnotatedBeanDefinition annotated)) {
            return false;
        }
        AnnotatedTypeMetadata method = annotated.getFactoryMethodMetadata();
        AnnotatedTypeMetadata place = method == null ? annotated.getMetadata() : method;
        return place.isAnnotated(TegulaDataSource.class.getName());
    }
}
