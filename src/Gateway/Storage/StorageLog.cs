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

    [LoggerMessage(8003, LogLevel.Error, "{RequestId} settled after the ledger had closed: its row is lost")]
    public static partial void RowAfterEnd(this ILogger logger, string requestId);

    [LoggerMessage(8021, LogLevel.Information, "Retention deleted {Rows} rows before {RowsBefore}, {Sums} sums before {SumsBefore} and {Events} events before {EventsBefore}")]
    public static partial void RetentionDeleted(
        this ILogger logger, long rows, DateTimeOffset? rowsBefore, long sums, DateTimeOffset? sumsBefore, long events, DateTimeOffset? eventsBefore);

    [LoggerMessage(8022, LogLevel.Warning, "Retention couldn't delete; it tries again in an hour")]
    public static partial void RetentionFailed(this ILogger logger, Exception exception);
}
