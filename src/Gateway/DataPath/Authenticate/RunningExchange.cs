namespace Latchkey.Gateway.DataPath.Authenticate;

/// <summary>One exchange under way; dispose it when it is over.</summary>
internal sealed class RunningExchange(RunningExchanges all, Caller caller) : IDisposable
{
    // Never disposed: it has no timer, and whoever cuts may come when the exchange has just ended.
    private readonly CancellationTokenSource _revoked = new();

    public Caller Caller { get; } = caller;

    /// <summary>Cancelled when the caller's token is taken back: the exchange must end, whatever it is waiting for.</summary>
    public CancellationToken Revoked => _revoked.Token;

    /// <summary>Completes when everything that waited has been told.</summary>
    public Task CutAsync() => _revoked.CancelAsync();

    public void Dispose() => all.Leave(this);
}
