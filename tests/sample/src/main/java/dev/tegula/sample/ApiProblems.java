package dev.tegula.sample;

import dev.tegula.failure.TegulaException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;
import tools.jackson.databind.DatabindException;

/** What is wrong with a request, by RFC 9457: the name of what was refused, never its value, here or in the log. */
@RestControllerAdvice(assignableTypes = PatientApi.class)
class ApiProblems extends ResponseEntityExceptionHandler {

    private static final Logger LOG = LoggerFactory.getLogger(ApiProblems.class);

    @Override
    protected @Nullable ResponseEntity<Object> handleMethodArgumentNotValid(
            MethodArgumentNotValidException failure, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        Map<String, String> fields = new TreeMap<>();
        failure.getFieldErrors()
                .forEach(error -> fields.put(error.getField(), String.valueOf(error.getDefaultMessage())));
        ProblemDetail problem = failure.getBody();
        problem.setDetail("Some fields were refused.");
        problem.setProperty("fields", fields);
        return handleExceptionInternal(failure, problem, headers, status, request);
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleHttpMessageNotReadable(
            HttpMessageNotReadableException failure, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        String where = failure.getCause() instanceof DatabindException e
                        && !e.getPath().isEmpty()
                ? "`" + e.getPath().get(0).getPropertyName() + "` cannot be read."
                : "This is not the document that is expected.";
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(
                status,
                where + " Expected is JSON with name, ssn, born (a date, or null) and notes (a text, or null).");
        return handleExceptionInternal(failure, problem, headers, status, request);
    }

    @ExceptionHandler(DataIntegrityViolationException.class)
    ProblemDetail taken() {
        return ProblemDetail.forStatusAndDetail(HttpStatus.CONFLICT, "Another patient has this number.");
    }

    @ExceptionHandler(OptimisticLockingFailureException.class)
    ProblemDetail meanwhile() {
        return ProblemDetail.forStatusAndDetail(
                HttpStatus.CONFLICT, "Somebody else changed this patient at the same moment.");
    }

    @ExceptionHandler(TegulaException.class)
    ProblemDetail keys(TegulaException failure) {
        LOG.warn("{}", failure.getMessage());
        return ProblemDetail.forStatusAndDetail(
                HttpStatus.SERVICE_UNAVAILABLE, "The keys cannot be used at the moment.");
    }
}
