package dev.tegula.cli.command;

import picocli.CommandLine.Command;

/** {@code tegula audit}. */
@Command(
        name = "audit",
        description = "Read and verify the audit trail: what commands and applications did, in chains of MACs.",
        subcommands = {
            AuditListCommand.class,
            AuditVerifyCommand.class,
            AuditAnchorCommand.class,
            AuditExportCommand.class
        })
final class AuditCommand extends CommandGroup {}
