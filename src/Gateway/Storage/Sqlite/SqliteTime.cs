namespace Latchkey.Gateway.Storage.Sqlite;

/// <summary>Instants as the tables hold them: microseconds since 1970, UTC.</summary>
internal static class SqliteTime
{
    public static long Of(DateTimeOffset instant) => (instant.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    public static DateTimeOffset From(long microseconds) => DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);
}
