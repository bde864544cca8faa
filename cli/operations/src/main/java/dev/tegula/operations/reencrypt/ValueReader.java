package dev.tegula.operations.reencrypt;

import dev.tegula.Context;
import dev.tegula.FieldCipher;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.failure.CannotOpenException;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.KeyUnknownException;
import dev.tegula.failure.MalformedException;
import dev.tegula.failure.ValueException;
import dev.tegula.jdbc.KeptConnection;
import dev.tegula.jdbc.Retry;
import dev.tegula.jdbc.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Reads the values of a table, row by row in the order of its key. Changes nothing. Thread-safe. */
public final class ValueReader {

    private static final int PAGE_ROWS = 1_000;

    private final DataSource source;

    /** Of the tables of one database. */
    public ValueReader(DataSource source) {
        this.source = source;
    }

    /**
     * Gives each row that has a value, until the end or the limit.
     *
     * @param columns of one table
     * @param ciphers of the same fields
     * @param rows how many rows of the table are looked at, about
     * @param row gets the values in the order of the columns; null where there is none, or one that does not open
     * @return whether it came to the end of the table
     * @throws ConfigurationException if the columns are not in one table, or that is not as they say
     * @throws dev.tegula.failure.TegulaException if database, registry or KMS fail
     */
    public boolean read(
            List<EncryptedColumn> columns,
            List<FieldCipher<?>> ciphers,
            long rows,
            RunControl control,
            Consumer<List<@Nullable Object>> row) {
        TableName table = TableName.of(columns.get(0));
        SweepSettings settings = SweepSettings.standard();
        Retry retry = control.retry();
        try (KeptConnection kept = settings.connection(source)) {
            TableShape shape =
                    retry.run("reading " + table, () -> kept.once(session -> TableShape.read(session, table, columns)));
            PageQuery pages = new PageQuery(
                    shape,
                    columns.stream()
                            .map(column -> PageQuery.ColumnFilter.all(column.column(), column.tenantColumn()))
                            .toList(),
                    retry.run("reading " + table, kept::dialect));
            int many = (int) Math.min(rows, PAGE_ROWS);
            PageQuery.Bounds bounds = PageQuery.Bounds.of(settings, many, many);
            List<String> after = null;
            long seen = 0;
            while (control.proceed()) {
                List<String> from = after;
                Page page = retry.run(
                        "reading " + table, () -> kept.once(session -> pages.read(session, from, null, bounds)));
                page.rows().forEach(found -> row.accept(opened(columns, ciphers, found.cells())));
                seen += page.scanned();
                if (!page.cut() && page.scanned() < many) {
                    return true;
                }
                if (seen >= rows) {
                    return false;
                }
                after = page.next();
            }
            return false;
        }
    }

    private static List<@Nullable Object> opened(
            List<EncryptedColumn> columns, List<FieldCipher<?>> ciphers, List<@Nullable Cell> cells) {
        List<@Nullable Object> values = new ArrayList<>();
        for (int i = 0; i < cells.size(); i++) {
            Cell cell = cells.get(i);
            values.add(
                    cell == null
                            ? null
                            : opened(columns.get(i), ciphers.get(i), cell).orElse(null));
        }
        return values;
    }

    private static Optional<Object> opened(EncryptedColumn column, FieldCipher<?> cipher, Cell cell) {
        try {
            return cell.tooLarge()
                    ? Optional.empty()
                    : Optional.ofNullable(cipher.decrypt(
                            cell.value(),
                            column.perTenant() ? Context.tenant(cell.tenant().orElse("")) : Context.noTenant()));
        } catch (CannotOpenException | MalformedException | ValueException | KeyUnknownException e) {
            return Optional.empty();
        }
    }
}
