using System.Globalization;
using Latchkey.Gateway.Storage.Usage;

namespace Latchkey.Gateway.Storage.Postgres;

/// <summary>Whether PostgreSQL answers, when it is tried again, and what an operator is told. Decides only.</summary>
internal sealed class ShippingState(ShippingTiming timing, TimeProvider clock)
{
    private readonly Lock _lock = new();
    private string? _problem = "it isn't connected yet";
    private bool _asked;
    private int _failures;
    private ShipmentBacklog _backlog;
    private long _shipped;

    /// <summary>False from the first failure to the next success, and before the first try.</summary>
    public bool Answers
    {
        get
        {
            lock (_lock)
            {
                return _problem is null;
            }
        }
    }

    /// <summary>It was tried, and didn't answer.</summary>
    public bool IsAway
    {
        get
        {
            lock (_lock)
            {
                return _asked && _problem is not null;
            }
        }
    }

    public ShipmentBacklog Backlog
    {
        get
        {
            lock (_lock)
            {
                return _backlog;
            }
        }

        set
        {
            lock (_lock)
            {
                _backlog = value;
            }
        }
    }

    /// <summary>Rows that PostgreSQL has got from this process, those that were sent again not counted.</summary>
    public long Shipped => Interlocked.Read(ref _shipped);

    /// <summary>How long the oldest row has waited; zero when none waits.</summary>
    public TimeSpan OldestAge => Backlog.OldestAt is { } at ? Later(clock.GetUtcNow() - Instants.From(at)) : TimeSpan.Zero;

    /// <summary>What an operator should know, or null when all is well. Names no secret.</summary>
    public string? Warning
    {
        get
        {
            var (problem, backlog, age) = (Problem, Backlog, OldestAge);
            return problem is not null
                ? string.Create(CultureInfo.InvariantCulture, $"Usage isn't shipped to PostgreSQL: {problem}. {backlog.Count} rows wait in this gateway's journal.")
                : age > timing.Late
                ? string.Create(CultureInfo.InvariantCulture, $"Usage reaches PostgreSQL late: {backlog.Count} rows wait, the oldest for {age.TotalSeconds:F0} s.")
                : backlog.Refused > 0
                ? string.Create(CultureInfo.InvariantCulture, $"PostgreSQL refuses {backlog.Refused} rows of this gateway: see event 8033 in its log.")
                : null;
        }
    }

    /// <summary>Why nothing is shipped, or null.</summary>
    public string? Problem
    {
        get
        {
            lock (_lock)
            {
                return _problem;
            }
        }
    }

    public void Arrived(int rows) => Interlocked.Add(ref _shipped, rows);

    /// <summary>True if this is news.</summary>
    public bool Failed(string problem)
    {
        lock (_lock)
        {
            var news = _problem is null || !_asked;
            _asked = true;
            _problem = problem;
            _failures++;
            return news;
        }
    }

    /// <summary>True if it was away until now, or this is the first answer.</summary>
    public bool Answered()
    {
        lock (_lock)
        {
            var news = _problem is not null;
            _asked = true;
            _problem = null;
            _failures = 0;
            return news;
        }
    }

    /// <summary>How long to leave it alone now: anything up to a bound that doubles, so that gateways don't come back all at once.</summary>
    /// <param name="part">A random number from 0 to 1.</param>
    public TimeSpan Pause(double part)
    {
        int failures;
        lock (_lock)
        {
            failures = _failures;
        }

        var bound = timing.FirstPause * Math.Pow(2, Math.Clamp(failures - 1, 0, 20));
        return (bound < timing.LongestPause ? bound : timing.LongestPause) * part;
    }

    private static TimeSpan Later(TimeSpan age) => age > TimeSpan.Zero ? age : TimeSpan.Zero;
}
