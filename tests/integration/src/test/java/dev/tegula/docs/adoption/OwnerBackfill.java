package dev.tegula.docs.adoption;

import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import java.util.List;
import java.util.Objects;

/** The loop of the page, for an entity called Owner. */
final class OwnerBackfill {

    private OwnerBackfill() {}

    // docs:begin existing-backfill
    /** One batch, in one transaction: fills the new column from the old one, and returns the last id; the given one at the end. */
    static int backfill(EntityManager session, int after) {
        List<BothOwner> owners = session.createQuery("from Owner o where o.id > :after order by o.id", BothOwner.class)
                .setParameter("after", after)
                .setMaxResults(500)
                .setLockMode(LockModeType.PESSIMISTIC_WRITE) // nobody changes a row between our read and our write
                .getResultList();
        for (BothOwner owner : owners) {
            owner.setTelephone(owner.getTelephone());
        }
        return owners.isEmpty() ? after : owners.get(owners.size() - 1).getId();
    }
    // docs:end existing-backfill

    // docs:begin existing-verify
    /** How many rows do not say the same in both columns. Every value is decrypted. */
    static long different(EntityManager session) {
        return session.createQuery("select o.telephone, o.telephoneEncrypted from Owner o", Object[].class)
                .setHint("org.hibernate.fetchSize", 500)
                .getResultStream()
                .filter(row -> !Objects.equals(row[0], row[1]))
                .count();
    }
    // docs:end existing-verify
}
