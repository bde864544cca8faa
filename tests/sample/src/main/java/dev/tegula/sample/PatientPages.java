package dev.tegula.sample;

import jakarta.validation.Valid;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.validation.BindingResult;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.server.ResponseStatusException;

/** The pages of the patients. A number is never part of an address: addresses stand in histories and logs. */
@Controller
class PatientPages {

    private static final Pattern SSN = Pattern.compile(PatientRecord.SSN);
    private static final String FORM = "form";

    private final Desk desk;
    private final StoredRows stored;

    PatientPages(Desk desk, StoredRows stored) {
        this.desk = desk;
        this.stored = stored;
    }

    @GetMapping("/")
    String start() {
        return "redirect:/patients";
    }

    @GetMapping("/patients")
    String list(@RequestParam(defaultValue = "1") int page, Model model) {
        model.addAttribute("patients", desk.list(Math.max(1, page) - 1));
        return "patients";
    }

    @PostMapping("/patients/search")
    String search(@RequestParam String ssn, Model model) {
        String number = ssn.strip();
        if (!SSN.matcher(number).matches()) {
            model.addAttribute("problem", "A number is " + PatientRecord.SSN_MESSAGE + ".");
            return list(1, model);
        }
        Optional<Patient> found = desk.findBySsn(number);
        if (found.isPresent()) {
            return shown(found.get());
        }
        model.addAttribute("problem", "No patient has this number.");
        return list(1, model);
    }

    @GetMapping("/patients/{id}")
    String show(@PathVariable UUID id, Model model) {
        Patient patient = found(desk.find(id));
        model.addAttribute("patient", patient);
        model.addAttribute("stored", stored.of(id).orElseThrow(PatientPages::gone));
        return "patient";
    }

    @GetMapping("/patients/new")
    String blank(Model model) {
        model.addAttribute(FORM, new PatientForm());
        return FORM;
    }

    @PostMapping("/patients")
    String admit(@Valid @ModelAttribute(FORM) PatientForm form, BindingResult errors) {
        if (errors.hasErrors()) {
            return FORM;
        }
        try {
            return shown(desk.admit(form.record()));
        } catch (DataIntegrityViolationException e) {
            return taken(errors);
        }
    }

    @GetMapping("/patients/{id}/edit")
    String edit(@PathVariable UUID id, Model model) {
        model.addAttribute(FORM, PatientForm.of(found(desk.find(id))));
        return FORM;
    }

    @PostMapping("/patients/{id}")
    String change(@PathVariable UUID id, @Valid @ModelAttribute(FORM) PatientForm form, BindingResult errors) {
        if (errors.hasErrors()) {
            return FORM;
        }
        try {
            return shown(found(desk.change(id, form.getVersion(), form.record())));
        } catch (DataIntegrityViolationException e) {
            return taken(errors);
        } catch (OptimisticLockingFailureException e) {
            return meanwhile(found(desk.find(id)), form, errors);
        }
    }

    @PostMapping("/patients/{id}/discharge")
    String discharge(@PathVariable UUID id) {
        if (!desk.discharge(id)) {
            throw gone();
        }
        return "redirect:/patients";
    }

    private static String taken(BindingResult errors) {
        errors.rejectValue("ssn", "taken", "another patient has this number");
        return FORM;
    }

    /** Shows again what was typed; the next save has been told of it. */
    private static String meanwhile(Patient saved, PatientForm form, BindingResult errors) {
        form.setVersion(saved.version);
        errors.reject("meanwhile", "Not saved: somebody changed this patient since you opened the form.");
        return FORM;
    }

    private static String shown(Patient patient) {
        return "redirect:/patients/" + patient.id;
    }

    private static Patient found(Optional<Patient> patient) {
        return patient.orElseThrow(PatientPages::gone);
    }

    private static ResponseStatusException gone() {
        return new ResponseStatusException(HttpStatus.NOT_FOUND);
    }
}
