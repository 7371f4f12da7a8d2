using System.Collections.Concurrent;

namespace Latchkey.Gateway.DataPath.Authenticate;

/// <summary>The exchanges under way, so that those of a caller whose token is taken back can be cut. Thread-safe.</summary>
internal sealed class RunningExchanges(IRevocations revocations)
{
    private readonly ConcurrentDictionary<RunningExchange, byte> _running = new();

    public int Count => _running.Count;

    /// <summary>Follows an exchange; null when its caller's token was taken back since it was looked at.</summary>
    public RunningExchange? Enter(Caller caller)
    {
        var exchange = new RunningExchange(this, caller);
        _running[exchange] = 0;

        // After it can be found: a revocation either sees the exchange or is seen here.
        if (!revocations.Revokes(caller))
        {
            return exchange;
        }

        exchange.Dispose();
        return null;
    }

    /// <summary>Cuts every exchange whose caller's token was taken back by now.</summary>
    /// <returns>How many were under way.</returns>
    public async Task<int> CutRevokedAsync()
    {
        List<Task> cuts = [];
        foreach (var (exchange, _) in _running)
        {
            if (!exchange.Revoked.IsCancellationRequested && revocations.Revokes(exchange.Caller))
            {
                cuts.Add(exchange.CutAsync());
            }
        }

        await Task.WhenAll(cuts);
        return cuts.Count;
    }

    public void Leave(RunningExchange exchange) => _running.TryRemove(exchange, out _);
}
