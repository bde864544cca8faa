package dev.tegula.sample;

import dev.tegula.blindindex.BlindIndex;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.domain.Page;
import org.springframework.data.domain.Pageable;
import org.springframework.data.jpa.repository.JpaRepository;

/** The patients. A query by an encrypted attribute would stop the start; the blind index is what finds one. */
interface Patients extends JpaRepository<Patient, UUID> {

    /** Give it {@code BlindIndex.of(number)}. */
    Optional<Patient> findBySsnIndex(BlindIndex number);

    /** Only what is not encrypted: no envelope is opened for a list. */
    Page<Listed> findAllBy(Pageable page);

    /** A line of the list. */
    interface Listed {
        UUID getId();

        String getName();
    }
}
