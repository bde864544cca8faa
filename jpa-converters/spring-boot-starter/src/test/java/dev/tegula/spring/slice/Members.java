package dev.tegula.spring.slice;

import dev.tegula.blindindex.BlindIndex;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.Query;

interface Members extends JpaRepository<Member, UUID> {

    Optional<Member> findBySsnIndex(String ssn);

    List<Member> findBySsnIndexInOrderByName(Collection<String> ssns);

    boolean existsBySsnIndex(String ssn);

    long deleteBySsnIndex(String ssn);

    @Query("select m.name from Member m where m.ssnIndex in :ssns order by m.name")
    List<String> names(List<BlindIndex> ssns);
}
