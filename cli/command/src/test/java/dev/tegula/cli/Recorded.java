package dev.tegula.cli;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Tests whose commands are compared, word for word, with a transcript in {@code src/test/transcripts}: command, exit code,
 * all of stdout and stderr, and what is in the folder and the database at the end. A change of a word is seen in the diff of
 * those files; {@code -Dtegula.transcripts=write} writes them again.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(Recorder.class)
public @interface Recorded {}
