package dev.tegula.cli.setup;

import dev.tegula.cli.session.Session;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import dev.tegula.registry.KeyWrapping;
import java.util.List;

/** Checks every key: its row verifies, and it unwraps to the key its id commits to. */
final class KeyChecks {

    private final Examination examination;
    private final Session session;

    KeyChecks(Examination examination, Session session) {
        this.examination = examination;
        this.session = session;
    }

    void run() {
        examination.check("keys", () -> {
            List<KeyRow> rows = session.lifecycle().list();
            KeyWrapping wrapping = new KeyWrapping(
                    session.tegula().deployment(), session.tegula().keks());
            long opened = 0;
            for (KeyRow row : rows) {
                if (row.state() != KeyState.DESTROYED) {
                    wrapping.unwrap(row).close();
                    opened++;
                }
            }
            return rows.size() + " rows verify, " + opened + " keys unwrap to their key id";
        });
    }
}
