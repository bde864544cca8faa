package dev.tegula.sample;

import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.net.URI;
import java.util.List;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * The patients as JSON. A {@link Patient} is written without what is encrypted; {@code /record} is the one place that sends
 * it, as a type made for that: there a real application asks who is asking, and writes down that they did.
 */
@RestController
@RequestMapping("/api/patients")
class PatientApi {

    private final Desk desk;
    private final StoredRows stored;

    PatientApi(Desk desk, StoredRows stored) {
        this.desk = desk;
        this.stored = stored;
    }

    /** What is searched for. */
    record Search(
            @JsonProperty(required = true)
            @NotNull
            @Pattern(regexp = PatientRecord.SSN, message = PatientRecord.SSN_MESSAGE)
            String ssn) {

        @Override
        public String toString() {
            return "Search[***]";
        }
    }

    @GetMapping
    List<Patients.Listed> list(@RequestParam(defaultValue = "1") int page) {
        return desk.list(Math.max(1, page) - 1).getContent();
    }

    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<Patient> admit(@Valid @RequestBody PatientRecord record) {
        Patient admitted = desk.admit(record);
        return ResponseEntity.created(URI.create("/api/patients/" + admitted.id))
                .body(admitted);
    }

    // docs:begin sample-api
    @GetMapping("/{id}")
    ResponseEntity<Patient> find(@PathVariable UUID id) {
        return ResponseEntity.of(desk.find(id)); // the entity: without ssn, born and notes
    }

    @GetMapping("/{id}/record")
    ResponseEntity<PatientRecord> record(@PathVariable UUID id) {
        return ResponseEntity.of(desk.find(id).map(PatientRecord::of)); // a record made for that: with them
    }
    // docs:end sample-api

    /** A number is not part of an address, so a search is a POST. */
    @PostMapping(path = "/search", consumes = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<Patient> search(@Valid @RequestBody Search search) {
        return ResponseEntity.of(desk.findBySsn(search.ssn()));
    }

    @GetMapping("/{id}/stored")
    ResponseEntity<List<StoredRows.StoredValue>> stored(@PathVariable UUID id) {
        return ResponseEntity.of(stored.of(id));
    }

    @PutMapping(path = "/{id}", consumes = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<Patient> change(@PathVariable UUID id, @Valid @RequestBody PatientRecord record) {
        return ResponseEntity.of(desk.change(id, record));
    }

    @DeleteMapping("/{id}")
    ResponseEntity<Void> discharge(@PathVariable UUID id) {
        return ResponseEntity.status(desk.discharge(id) ? HttpStatus.NO_CONTENT : HttpStatus.NOT_FOUND)
                .build();
    }
}
