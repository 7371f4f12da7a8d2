namespace Latchkey.Gateway.Storage;

/// <summary>What the room Storage says; ids 80xx.</summary>
internal static partial class StorageLog
{
    [LoggerMessage(8001, LogLevel.Error, "The ledger couldn't write {Rows} rows (attempt {Attempt}); they wait in memory")]
    public static partial void WriteFailed(this ILogger logger, Exception exception, int rows, int attempt);

    [LoggerMessage(8002, LogLevel.Warning, "The ledger writes again: {Rows} rows that had waited are durable")]
    public static partial void WritingAgain(this ILogger logger, int rows);

    [LoggerMessage(8004, LogLevel.Warning, "{Exchanges} exchanges that were open when the gateway died are settled on what was known of them")]
    public static partial void SettledLeftOpen(this ILogger logger, int exchanges);

    [LoggerMessage(8005, LogLevel.Error, "The database couldn't take over what is in the ledger's journal (attempt {Attempt}); it waits there")]
    public static partial void ImportFailed(this ILogger logger, Exception exception, int attempt);

    [LoggerMessage(8006, LogLevel.Warning, "The database takes over what is in the ledger's journal again, after {Attempts} attempts")]
    public static partial void ImportingAgain(this ILogger logger, int attempts);

    [LoggerMessage(8007, LogLevel.Critical, "The ledger's journal is damaged: segment {Segment} can't be read from byte {From} to {To}; rows of calls may be missing. What stands behind is taken over, and the file is kept")]
    public static partial void JournalDamaged(this ILogger logger, long segment, int from, int to);

    [LoggerMessage(8008, LogLevel.Warning, "Segment {Segment} of the ledger's journal isn't needed any more and couldn't be removed; the next start does it")]
    public static partial void SegmentStays(this ILogger logger, Exception exception, long segment);

    [LoggerMessage(8003, LogLevel.Error, "{RequestId} settled after the ledger had closed: its row is lost")]
    public static partial void RowAfterEnd(this ILogger logger, string requestId);

    [LoggerMessage(8021, LogLevel.Information, "Retention deleted {Rows} rows before {RowsBefore}, {Sums} sums before {SumsBefore} and {Events} events before {EventsBefore}")]
    public static partial void RetentionDeleted(
        this ILogger logger, long rows, DateTimeOffset? rowsBefore, long sums, DateTimeOffset? sumsBefore, long events, DateTimeOffset? eventsBefore);

    [LoggerMessage(8022, LogLevel.Warning, "Retention couldn't delete; it tries again in an hour")]
    public static partial void RetentionFailed(this ILogger logger, Exception exception);

    [LoggerMessage(8030, LogLevel.Warning, "PostgreSQL is away ({Reason}): usage waits in this gateway's journal, calls go on")]
    public static partial void StoreAway(this ILogger logger, string reason, Exception? exception);

    [LoggerMessage(8031, LogLevel.Information, "PostgreSQL answers; {Waiting} rows still wait for it")]
    public static partial void StoreAnswers(this ILogger logger, long waiting);

    [LoggerMessage(8032, LogLevel.Error, "PostgreSQL's tables are of version {Version}, this gateway knows {Known}: nothing is shipped until it is upgraded")]
    public static partial void StoreTooNew(this ILogger logger, int version, int known);

    [LoggerMessage(8033, LogLevel.Error, "PostgreSQL refuses {Item} {Id} ({SqlState}): it stays in the journal and is tried again at the next start")]
    public static partial void ShipmentRefused(this ILogger logger, string item, string id, string sqlState);

    [LoggerMessage(8034, LogLevel.Information, "What was shipped in the last ten minutes was sent again, {Rows} rows: after an outage, or a start, PostgreSQL may lack them")]
    public static partial void ShippedAgain(this ILogger logger, long rows);

    [LoggerMessage(8035, LogLevel.Warning, "DATABASE_URL is another database than before: everything in the journal is sent to it")]
    public static partial void OtherStore(this ILogger logger);

    [LoggerMessage(8036, LogLevel.Warning, "The journal's old rows couldn't be deleted; the next try is in a minute")]
    public static partial void UpkeepFailed(this ILogger logger, Exception exception);

    [LoggerMessage(8037, LogLevel.Warning, "Budgets begin with what this gateway knows of itself: PostgreSQL can't say what was spent ({Reason})")]
    public static partial void SpendFromOwnSums(this ILogger logger, string reason, Exception? exception);

    [LoggerMessage(8038, LogLevel.Warning, "PostgreSQL can't say what other gateways have spent; it is asked again")]
    public static partial void OthersUnknown(this ILogger logger, Exception exception);
}
