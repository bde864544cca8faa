package dev.tegula.sample;

import dev.tegula.failure.TegulaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.servlet.ModelAndView;

/** A page without keys is a page that says so. */
@ControllerAdvice(assignableTypes = {PatientPages.class, KeyPages.class})
class PageProblems {

    private static final Logger LOG = LoggerFactory.getLogger(PageProblems.class);

    @ExceptionHandler(TegulaException.class)
    @ResponseStatus(HttpStatus.SERVICE_UNAVAILABLE)
    ModelAndView keys(TegulaException failure) {
        LOG.warn("{}", failure.getMessage());
        return new ModelAndView("error")
                .addObject("status", HttpStatus.SERVICE_UNAVAILABLE.value())
                .addObject("error", "The keys cannot be used at the moment");
    }
}
