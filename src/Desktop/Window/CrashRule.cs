namespace Latchkey.Desktop.Window;

/// <summary>Whether a page is loaded again after its engine ended: yes, unless it ended within a minute of the last time.</summary>
internal sealed class CrashRule(TimeProvider clock)
{
    public static readonly TimeSpan Quiet = TimeSpan.FromMinutes(1);

    private long? _last;

    public bool Reloads()
    {
        var again = _last is { } last && clock.GetElapsedTime(last) < Quiet;
        _last = clock.GetTimestamp();
        return !again;
    }
}
