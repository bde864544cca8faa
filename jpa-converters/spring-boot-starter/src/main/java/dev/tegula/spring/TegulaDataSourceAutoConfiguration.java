package dev.tegula.spring;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.context.annotation.Import;

/** Keeps Spring Boot from taking a {@code DataSource} marked {@link TegulaDataSource} for the application's. */
@AutoConfiguration(before = DataSourceAutoConfiguration.class)
@Import(MarkedDataSources.class)
public final class TegulaDataSourceAutoConfiguration {

    /** Made by Spring. */
    public TegulaDataSourceAutoConfiguration() {}
}
