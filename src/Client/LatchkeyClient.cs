#pragma warning disable CA1822, CS0067
using Microsoft.Extensions.Logging;

namespace Latchkey.Client;

/// <summary>Keeps a desktop's way to Claude: gets a token, renews it in the background, falls back, and says how things stand. Thread-safe.</summary>
public sealed class LatchkeyClient : IAsyncDisposable
{
    public LatchkeyClient(LatchkeyOptions options, TimeProvider? time = null, ILogger<LatchkeyClient>? logger = null) => throw new NotImplementedException();

    /// <summary>How things stand now.</summary>
    public LatchkeyStatus Status => throw new NotImplementedException();

    /// <summary>Raised, one at a time and on no particular thread, whenever <see cref="Status"/> changes.</summary>
    public event EventHandler<LatchkeyStatus>? StatusChanged;

    /// <summary>
    /// Checks the gateway's health, gets a token when there is none, and begins to renew it and to watch the gateway. Returns when the first
    /// state is known, whichever it is; doesn't throw when the gateway is away.
    /// </summary>
    public Task StartAsync(CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Ends the background work; calls under way are let be.</summary>
    public Task StopAsync(CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>
    /// A way to Claude for the next call: the token at hand, renewed first when it is due. Works without <see cref="StartAsync"/> too; with a token
    /// in the store that isn't due it asks nobody.
    /// </summary>
    /// <exception cref="LatchkeyException">There is none: the message says why and what to do.</exception>
    public ValueTask<LatchkeyAccess> GetAccessAsync(CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Renews the token now, due or not, and says how things stand then.</summary>
    public Task<LatchkeyStatus> RefreshAsync(CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Asks the gateway's health now and says how things stand then. The health check needs no token.</summary>
    public Task<LatchkeyStatus> CheckHealthAsync(CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Forgets the token of this gateway; the next use bootstraps again.</summary>
    public Task ForgetAsync(CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Keeps the person's own key in the store, or forgets it (null).</summary>
    public Task KeepOwnKeyAsync(string? key, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>The id that this machine tells the gateway.</summary>
    public string DeviceId => throw new NotImplementedException();

    /// <summary>What the store of secrets is, for <c>status</c> and <c>doctor</c>.</summary>
    public string StoreDescription => throw new NotImplementedException();

    /// <summary>
    /// A client whose calls go wherever the way leads at the moment, with a fresh token: any base address will do, the path counts. Give it to the
    /// official SDK. A 401 is answered by one renewal and one repetition.
    /// </summary>
    public HttpClient CreateHttpClient(HttpMessageHandler? inner = null) => throw new NotImplementedException();

    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
