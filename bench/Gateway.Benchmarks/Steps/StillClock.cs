namespace Latchkey.Gateway.Benchmarks.Steps;

/// <summary>A clock that stands still, so that no window moves and every run of a step does the same; it can be put forward.</summary>
internal sealed class StillClock : TimeProvider
{
    private TimeSpan _passed;

    public override DateTimeOffset GetUtcNow() => new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero) + _passed;

    public override long GetTimestamp() => _passed.Ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public void Advance(TimeSpan by) => _passed += by;
}
