using Latchkey.Simulator.Tokens;
using Microsoft.Extensions.Options;

namespace Latchkey.Simulator.Bookkeeping;

/// <summary>
/// The simulator's own books: a row per finished call, and sums. What a gateway's ledger says is compared with this.
/// </summary>
internal sealed class Tally(IOptions<SimulatorOptions> options)
{
    private readonly Lock _gate = new();
    private readonly Queue<TallyRow> _rows = new();
    private readonly List<Waiter<TallyRow>> _rowWaiters = [];
    private readonly List<Waiter<Received>> _arrivalWaiters = [];
    private readonly Dictionary<int, long> _byStatus = [];
    private readonly Dictionary<string, TokenSums> _generated = [];
    private readonly Dictionary<string, TokenSums> _delivered = [];
    private TallyTotals _sums = new();
    private Received? _last;
    private long _index;
    private int _inFlight;

    /// <summary>Whether rows keep the bytes of bodies from now on.</summary>
    public bool KeepBodies { get; set; } = options.Value.KeepBodies;

    /// <summary>Calls that have arrived and not yet ended.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>The request that arrived last, ended or not.</summary>
    public Received? LastRequest
    {
        get
        {
            lock (_gate)
            {
                return _last;
            }
        }
    }

    /// <summary>Finished calls with an index above this one, oldest first.</summary>
    public IReadOnlyList<TallyRow> Rows(long after = 0)
    {
        lock (_gate)
        {
            return [.. _rows.Where(row => row.Index > after)];
        }
    }

    /// <summary>The finished call with this <c>request-id</c>, or null.</summary>
    public TallyRow? Find(string requestId)
    {
        lock (_gate)
        {
            return _rows.FirstOrDefault(row => row.RequestId == requestId);
        }
    }

    public TallyTotals Totals()
    {
        lock (_gate)
        {
            return _sums with
            {
                InFlight = InFlight,
                ByStatus = new Dictionary<int, long>(_byStatus),
                Generated = new Dictionary<string, TokenSums>(_generated),
                Delivered = new Dictionary<string, TokenSums>(_delivered),
            };
        }
    }

    /// <summary>The first finished call that fits, one that has already finished included.</summary>
    public Task<TallyRow> WaitForAsync(Predicate<TallyRow> fits, CancellationToken cancellation)
    {
        Waiter<TallyRow> waiter;
        lock (_gate)
        {
            if (_rows.FirstOrDefault(row => fits(row)) is { } row)
            {
                return Task.FromResult(row);
            }

            waiter = new Waiter<TallyRow>(fits);
            _rowWaiters.Add(waiter);
        }

        return waiter.Found.Task.WaitAsync(cancellation);
    }

    /// <summary>The finished call with this <c>request-id</c>: a client has the last byte a moment before the row is written.</summary>
    public Task<TallyRow> WaitForAsync(string requestId, CancellationToken cancellation) =>
        WaitForAsync(row => row.RequestId == requestId, cancellation);

    /// <summary>The next request to arrive that fits (the last one included), whether or not its answer ever ends.</summary>
    public Task<Received> WaitForArrivalAsync(Predicate<Received> fits, CancellationToken cancellation)
    {
        Waiter<Received> waiter;
        lock (_gate)
        {
            if (_last is { } last && fits(last))
            {
                return Task.FromResult(last);
            }

            waiter = new Waiter<Received>(fits);
            _arrivalWaiters.Add(waiter);
        }

        return waiter.Found.Task.WaitAsync(cancellation);
    }

    /// <summary>Forgets rows and sums; calls in flight will still be counted when they end.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _rows.Clear();
            _byStatus.Clear();
            _generated.Clear();
            _delivered.Clear();
            _sums = new TallyTotals();
            _last = null;
        }
    }

    public void CallStarted() => Interlocked.Increment(ref _inFlight);

    public void Arrived(Received request)
    {
        lock (_gate)
        {
            _last = request;
            Tell(_arrivalWaiters, request);
        }
    }

    public void CallEnded(TallyRow row)
    {
        lock (_gate)
        {
            row = row with { Index = ++_index };
            _rows.Enqueue(row);
            if (_rows.Count > options.Value.KeepRows)
            {
                _rows.Dequeue();
            }

            Sum_NeedsLock(row);
            Interlocked.Decrement(ref _inFlight);
            Tell(_rowWaiters, row);
        }
    }

    private void Sum_NeedsLock(TallyRow row)
    {
        _sums = _sums with
        {
            Calls = _sums.Calls + 1,
            Complete = _sums.Complete + (row.Complete ? 1 : 0),
            ClientLeft = _sums.ClientLeft + (row.Ending == Ending.ClientLeft ? 1 : 0),
            RequestBytes = _sums.RequestBytes + row.Request.BodyBytes,
            ResponseBytes = _sums.ResponseBytes + row.ResponseBytes,
            Events = _sums.Events + row.Events,
        };
        _byStatus[row.Status] = _byStatus.GetValueOrDefault(row.Status) + 1;
        AddTo(_generated, row.Generated, row);
        AddTo(_delivered, row.Delivered, row);
        foreach (var line in row.BatchLines)
        {
            AddCharges(_generated, line.Usage, line.Model, line.Model);
            if (row.Complete)
            {
                AddCharges(_delivered, line.Usage, line.Model, line.Model);
            }
        }
    }

    private static void AddTo(Dictionary<string, TokenSums> sums, UsageFigures? usage, TallyRow row)
    {
        if (usage is not null && row.Model is { } serving)
        {
            AddCharges(sums, usage, serving, row.Request.Model ?? serving);
        }
    }

    private static void AddCharges(Dictionary<string, TokenSums> sums, UsageFigures usage, string serving, string requested)
    {
        foreach (var (model, charge) in TokenSums.Charged(usage, serving, requested))
        {
            sums[model] = sums.TryGetValue(model, out var sum) ? sum.Plus(charge) : charge;
        }
    }

    private static void Tell<T>(List<Waiter<T>> waiters, T news)
    {
        for (var i = waiters.Count - 1; i >= 0; i--)
        {
            if (waiters[i].Fits(news))
            {
                waiters[i].Found.TrySetResult(news);
                waiters.RemoveAt(i);
            }
        }
    }

    private sealed record Waiter<T>(Predicate<T> Fits)
    {
        public TaskCompletionSource<T> Found { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
