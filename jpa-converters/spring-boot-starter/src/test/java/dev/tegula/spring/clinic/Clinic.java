package dev.tegula.spring.clinic;

import org.springframework.boot.autoconfigure.SpringBootApplication;

/** A stock application: nothing in it is about encryption but the annotations of {@link Patient}. */
@SpringBootApplication
public class Clinic {}
