package dev.tegula.spring.clinic;

import java.util.List;
import java.util.UUID;
import org.springframework.data.jpa.repository.JpaRepository;

public interface Patients extends JpaRepository<Patient, UUID> {

    List<Patient> findByName(String name);
}
