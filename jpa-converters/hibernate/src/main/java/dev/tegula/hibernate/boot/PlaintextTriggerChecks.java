package dev.tegula.hibernate.boot;

import dev.tegula.hibernate.row.RowCoordinators;
import dev.tegula.hibernate.row.RowPersister;
import dev.tegula.jdbc.AdoptionTrigger;
import dev.tegula.jdbc.PlainText;
import dev.tegula.jdbc.SqlFailures;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import org.hibernate.SessionFactory;
import org.hibernate.SessionFactoryObserver;
import org.hibernate.engine.jdbc.connections.spi.JdbcConnectionAccess;
import org.hibernate.engine.jdbc.spi.JdbcServices;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.persister.entity.EntityPersister;

/**
 * Looks for the triggers of attributes with a {@code plaintextColumn}, before the first value is written: without its trigger a release
 * that writes the column in clear alone would leave an envelope of another value beside it.
 */
final class PlaintextTriggerChecks implements SessionFactoryObserver {

    private static final long serialVersionUID = 1L;

    /** Without the quotes that {@code quote_all_identifiers} puts around some names of types. */
    private static final String TYPE = """
            SELECT pg_catalog.btrim(pg_catalog.format_type(a.atttypid, NULL), '"') FROM pg_catalog.pg_attribute a
            WHERE a.attrelid = pg_catalog.to_regclass(?) AND a.attname = ? AND NOT a.attisdropped""";

    private final transient SessionFactoryImplementor factory;
    private final transient List<PlaintextTrigger> triggers;

    PlaintextTriggerChecks(SessionFactoryImplementor factory, List<PlaintextTrigger> triggers) {
        this.factory = factory;
        this.triggers = List.copyOf(triggers);
    }

    @Override
    public void sessionFactoryCreated(SessionFactory created) {
        factory.getMappingMetamodel().forEachEntityDescriptor(PlaintextTriggerChecks::check);
        JdbcConnectionAccess access =
                factory.getServiceRegistry().requireService(JdbcServices.class).getBootstrapJdbcConnectionAccess();
        try {
            Connection connection = access.obtainConnection();
            try {
                for (PlaintextTrigger each : triggers) {
                    check(connection, each);
                }
            } finally {
                access.releaseConnection(connection);
            }
        } catch (SQLException e) {
            throw SqlFailures.of(e, "looking for the triggers of plaintextColumn");
        }
    }

    private static void check(EntityPersister persister) {
        RowCoordinators.pair(persister)
                .filter(attribute -> !(persister instanceof RowPersister))
                .ifPresent(attribute -> {
                    throw Refusal.of(
                            attribute,
                            "has a plaintextColumn, and the persister of " + persister.getEntityName() + " is "
                                    + persister.getClass().getName()
                                    + ", whose upsert() would write one of the two columns. Take that persister away");
                });
    }

    private static void check(Connection connection, PlaintextTrigger each) throws SQLException {
        String place = each.table().quoted() + "." + each.plain().name();
        String type = text(
                connection, TYPE, List.of(each.table().quoted(), each.plain().name()));
        PlainText text = each.plain().text();
        if (type.isEmpty()) {
            throw Refusal.of(
                    each.path(),
                    "has plaintextColumn = \"" + each.plain().name() + "\", and there is no column " + place
                            + ". Name it as the database does; or, when it was sealed and dropped, take plaintextColumn away");
        }
        // A padded text is not given back as it was.
        if (!text.columns().contains(type) || type.equals("character")) {
            throw Refusal.of(
                    each.path(),
                    "has plaintextColumn = \"" + each.plain().name() + "\", and " + place + " is " + type
                            + ", which does not give back a " + text + " as it was: "
                            + String.join(
                                    " or ",
                                    text.columns()
                                            .subList(
                                                    0,
                                                    Math.min(2, text.columns().size())))
                            + " was expected");
        }
        AdoptionTrigger trigger = each.trigger();
        String body = text(connection, AdoptionTrigger.standing(), trigger.parameters());
        if (trigger.isOf(AdoptionTrigger.Form.ENDED, body)) {
            throw Refusal.of(
                    each.path(),
                    "has plaintextColumn = \"" + each.plain().name() + "\", and " + place
                            + " was released: nothing is encrypted into " + each.encrypted()
                            + " any more, and the trigger refuses what this would write. Map "
                            + each.plain().name()
                            + " without @Encrypted; or go back with `tegula adopt FIELD --from "
                            + each.plain().name() + "` first");
        }
        if (Arrays.stream(AdoptionTrigger.Form.values()).noneMatch(form -> trigger.isOf(form, body))) {
            String sharing = text(connection, AdoptionTrigger.sharing(), trigger.sharingParameters());
            if (!sharing.isEmpty()) {
                throw Refusal.of(
                        each.path(),
                        "has plaintextColumn = \"" + each.plain().name() + "\", and its trigger needs the function "
                                + trigger.name() + ", which a trigger of " + sharing
                                + " runs: for their names are the same when they are put together. Replaced, it would stop all"
                                + " writes there. End that adoption and drop its trigger and function; or give one of the"
                                + " encrypted columns another name");
            }
            throw Refusal.of(
                    each.path(),
                    "has plaintextColumn = \"" + each.plain().name() + "\", and "
                            + each.table().quoted()
                            + " has no trigger " + trigger.name()
                            + ", which puts a value into both columns and empties one that an earlier release outdates. Make"
                            + " it before this release starts: by `tegula adopt FIELD --from "
                            + each.plain().name()
                            + "`, or in the migration that adds the column " + each.encrypted() + ":\n"
                            + String.join(";\n", trigger.script(AdoptionTrigger.Form.BOTH)) + ";\n");
        }
    }

    private static String text(Connection connection, String sql, List<String> parameters) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.size(); i++) {
                select.setString(i + 1, parameters.get(i));
            }
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? row.getString(1) : "";
            }
        }
    }
}
