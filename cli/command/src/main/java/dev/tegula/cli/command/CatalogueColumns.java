package dev.tegula.cli.command;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.catalogue.IndexColumn;
import dev.tegula.catalogue.Misfit;
import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.operations.index.IndexFacts;
import java.util.List;

/** Columns that are to be in the catalogue, compared with the tables they name. */
final class CatalogueColumns {

    private CatalogueColumns() {}

    /**
     * Checks all of them.
     *
     * @throws ConfigurationException naming each column that is not as its table has it
     */
    static void requireFit(OpenDatabase open, List<EncryptedColumn> columns) {
        List<Misfit> misfits = open.catalogue().misfits(columns);
        if (misfits.isEmpty()) {
            return;
        }
        StringBuilder text = new StringBuilder();
        misfits.forEach(misfit -> text.append(misfit.column().field())
                .append(" in ")
                .append(misfit.column().label())
                .append(": ")
                .append(misfit.why())
                .append(' '));
        throw new ConfigurationException(text.toString().strip());
    }

    /**
     * The same of blind indexes.
     *
     * @throws ConfigurationException naming the first whose column is not there, or holds no bytes
     */
    static void requireIndexFit(OpenDatabase open, List<IndexColumn> indexes) {
        for (IndexColumn index : indexes) {
            IndexFacts facts = open.transactions().read(sql -> IndexFacts.read(sql, index));
            if (!facts.fits(index)) {
                throw new ConfigurationException("The column " + index.label() + " of a blind index "
                        + (facts.type().isEmpty() ? "is not there" : "is " + facts.type())
                        + "; a column of type " + IndexFacts.typeOf(index)
                        + " was expected. Add it in a migration of the application first.");
            }
        }
    }
}
