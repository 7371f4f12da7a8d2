namespace Latchkey.Gateway.Storage.Usage;

/// <summary>Instants as every store holds them: microseconds since 1970, UTC.</summary>
internal static class Instants
{
    public const long PerHour = 3_600_000_000;
    public const long PerDay = 24 * PerHour;

    public static long Of(DateTimeOffset instant) => (instant.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    public static DateTimeOffset From(long microseconds) => DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);
}
