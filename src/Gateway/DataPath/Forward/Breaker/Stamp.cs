namespace Latchkey.Gateway.DataPath.Forward.Breaker;

/// <summary>Deadlines on the monotonic clock, so that a jump of the wall clock neither holds a breaker open nor closes it.</summary>
internal static class Stamp
{
    public static long ToStamp(this TimeSpan duration, TimeProvider clock) =>
        (long)(duration.Ticks * ((double)clock.TimestampFrequency / TimeSpan.TicksPerSecond));

    public static long StampIn(this TimeProvider clock, TimeSpan duration) => clock.GetTimestamp() + duration.ToStamp(clock);

    /// <summary>Time left until the deadline; zero once it has passed.</summary>
    public static TimeSpan Left(this TimeProvider clock, long deadline)
    {
        var now = clock.GetTimestamp();
        return now >= deadline ? TimeSpan.Zero : clock.GetElapsedTime(now, deadline);
    }
}
