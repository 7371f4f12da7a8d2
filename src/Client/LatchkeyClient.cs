using Latchkey.Client.Direct;
using Latchkey.Client.Gateway;
using Latchkey.Client.Health;
using Latchkey.Client.Http;
using Latchkey.Client.Secrets;
using Latchkey.Client.Status;
using Latchkey.Client.Tokens;
using Latchkey.Protocol;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Latchkey.Client;

/// <summary>Keeps a desktop's way to Claude: gets a token, renews it in the background, falls back, and says how things stand. Thread-safe.</summary>
public sealed class LatchkeyClient : IAsyncDisposable
{
    private readonly LatchkeyOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly ISecretStore _secrets;
    private readonly HttpMessageHandler _connections;
    private readonly GatewayCalls? _calls;
    private readonly TokenKeeper? _keeper;
    private readonly OwnKey _ownKey;
    private readonly StatusBoard _status;

    /// <summary>One look at the gateway at a time; who waited for one takes its outcome.</summary>
    private readonly SemaphoreSlim _looking = new(1);
    private readonly Lock _starting = new();
    private readonly CancellationTokenSource _stop = new();
    private Task? _watch;
    private TaskCompletionSource _wake = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Trouble _trouble;
    private long _troubleSince;
    private long _askAgainAt;
    private long _looks;
    private long _lastLook;
    private long _lastUse;

    /// <param name="options">Where the gateway is; <see cref="LatchkeyOptions.Load"/> finds out.</param>
    /// <param name="time">The clock; the system's by default.</param>
    /// <param name="logger">Told of changes of state and of trouble, never of tokens.</param>
    /// <exception cref="LatchkeySettingsException">An option can't be used.</exception>
    /// <exception cref="SecretStoreException">The system's own store was asked for, and there is none.</exception>
    public LatchkeyClient(LatchkeyOptions options, TimeProvider? time = null, ILogger<LatchkeyClient>? logger = null)
        : this(options, secrets: null, connections: null, time, logger)
    {
    }

    internal LatchkeyClient(LatchkeyOptions options, ISecretStore? secrets, HttpMessageHandler? connections, TimeProvider? time, ILogger? logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
        _time = time ?? TimeProvider.System;
        _log = logger ?? NullLogger.Instance;
        _secrets = secrets ?? SecretStores.Open(options.Store, options.Folder);
        _connections = connections ?? GatewayConnections.Create();
        _ownKey = new OwnKey(options, _secrets, _log);
        _status = new StatusBoard(options, _time, _log, status => StatusChanged?.Invoke(this, status));
        _lastUse = _time.GetTimestamp() - (long)(HealthWatch.InUseFor.TotalSeconds * _time.TimestampFrequency);
        _lastLook = _askAgainAt = long.MinValue / 2;
        if (options.Enabled)
        {
            _calls = new GatewayCalls(options, _connections, _time);
            _keeper = new TokenKeeper(options, _secrets, _calls, _time, _log);
        }
    }

    /// <summary>How things stand now.</summary>
    public LatchkeyStatus Status => _status.Now;

    /// <summary>Raised, one at a time and on no particular thread, whenever <see cref="Status"/> changes.</summary>
    public event EventHandler<LatchkeyStatus>? StatusChanged;

    /// <summary>The id that this machine tells the gateway.</summary>
    public string DeviceId => Devices.DeviceId.Read(_options.Folder);

    /// <summary>What the store of secrets is, for <c>status</c> and <c>doctor</c>.</summary>
    public string StoreDescription => _secrets.Description;

    /// <summary>
    /// Checks the gateway's health, gets a token when there is none, and begins to renew it and to watch the gateway. Returns when the first
    /// state is known, whichever it is; doesn't throw when the gateway is away.
    /// </summary>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        await LookAsync(Look.AtHealth, cancellationToken).ConfigureAwait(false);
        lock (_starting)
        {
            if (_options.Enabled && !_stop.IsCancellationRequested)
            {
                _watch ??= WatchAsync(_stop.Token);
            }
        }
    }

    /// <summary>Ends the background work; calls under way are let be.</summary>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        if (_watch is { } watch)
        {
            await watch.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// A way to Claude for the next call: the token at hand, renewed first when it is due. Works without <see cref="StartAsync"/> too; with a token
    /// in the store that isn't due it asks nobody.
    /// </summary>
    /// <exception cref="LatchkeyException">There is none: the message says why and what to do.</exception>
    public async ValueTask<LatchkeyAccess> GetAccessAsync(CancellationToken cancellationToken = default)
    {
        if (_keeper is null)
        {
            await LookAsync(Look.AtToken, cancellationToken).ConfigureAwait(false);
            return await _ownKey.AccessAsync(cancellationToken).ConfigureAwait(false) ?? throw new LatchkeyException(Status);
        }

        NoteUse();
        var watched = _watch is not null;
        if (_trouble == Trouble.Away && !watched && Since(_lastLook) >= HealthWatch.WhileAway)
        {
            await LookAsync(Look.AtHealth, cancellationToken).ConfigureAwait(false);
        }

        if (Status.State == LatchkeyState.Direct && await _ownKey.AccessAsync(cancellationToken).ConfigureAwait(false) is { } own)
        {
            return own;
        }

        var token = await _keeper.CurrentAsync(cancellationToken).ConfigureAwait(false);
        if (token is not null && watched)
        {
            // The watch renews it in the background: no call waits for that.
            return Access(token);
        }

        if ((token is null || token.IsDue(_time.GetUtcNow())) && _time.GetTimestamp() >= _askAgainAt)
        {
            await LookAsync(Look.AtToken, cancellationToken).ConfigureAwait(false);
            token = await _keeper.CurrentAsync(cancellationToken).ConfigureAwait(false);
        }

        return token is not null ? Access(token)
            : (Status.State == LatchkeyState.Direct ? await _ownKey.AccessAsync(cancellationToken).ConfigureAwait(false) : null)
            ?? throw new LatchkeyException(Status);
    }

    /// <summary>Renews the token now, due or not, and says how things stand then.</summary>
    public async Task<LatchkeyStatus> RefreshAsync(CancellationToken cancellationToken = default)
    {
        var token = _keeper is null ? null : await _keeper.CurrentAsync(cancellationToken).ConfigureAwait(false);
        await LookAsync(Look.ForAnother, cancellationToken, token?.Token).ConfigureAwait(false);
        return Status;
    }

    /// <summary>Asks the gateway's health now, gets a token if there is none, and says how things stand then.</summary>
    public async Task<LatchkeyStatus> CheckHealthAsync(CancellationToken cancellationToken = default)
    {
        await LookAsync(Look.AtHealth, cancellationToken).ConfigureAwait(false);
        return Status;
    }

    /// <summary>Forgets the token of this gateway; the next use bootstraps again.</summary>
    /// <exception cref="SecretStoreException">The store can't be used.</exception>
    public Task ForgetAsync(CancellationToken cancellationToken = default) => _keeper?.ForgetAsync(cancellationToken) ?? Task.CompletedTask;

    /// <summary>Keeps the person's own key in the store, or forgets it (null).</summary>
    /// <exception cref="SecretStoreException">The store can't be used.</exception>
    public async Task KeepOwnKeyAsync(string? key, CancellationToken cancellationToken = default)
    {
        await _ownKey.KeepAsync(key, cancellationToken).ConfigureAwait(false);
        await LookAsync(Look.AtHealth, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>True when there is a key of the person's own to fall back on.</summary>
    /// <exception cref="SecretStoreException">The store can't be used.</exception>
    public ValueTask<bool> HasOwnKeyAsync(CancellationToken cancellationToken = default) => _ownKey.IsThereAsync(cancellationToken);

    /// <summary>
    /// A client whose calls go wherever the way leads at the moment, with a fresh token: any base address will do, the path counts. Give it to the
    /// official SDK. A 401 is answered by one renewal and one repetition. Its timeout is without end: streams are long, and SDKs have their own.
    /// </summary>
    /// <param name="inner">Connects in the place of this library's own connections.</param>
    public HttpClient CreateHttpClient(HttpMessageHandler? inner = null) =>
        new(CreateHandler(inner)) { BaseAddress = _options.DirectBaseUrl, Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>The handler of <see cref="CreateHttpClient"/>, for an <c>IHttpClientFactory</c> or a chain of one's own.</summary>
    /// <param name="inner">What stands behind it; null for connections of this library's own, which live as long as the handler.</param>
    public DelegatingHandler CreateHandler(HttpMessageHandler? inner = null) => new LatchkeyHandler(this, inner ?? GatewayConnections.Create(), _log);

    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        _keeper?.Dispose();
        _calls?.Dispose();
        _connections.Dispose();
        _looking.Dispose();
        _stop.Dispose();
    }

    /// <summary>After a 401: another token than the one that was refused, or null when there is none.</summary>
    internal async Task<LatchkeyAccess?> RenewAfterAsync(LatchkeyAccess refused, CancellationToken cancellationToken)
    {
        var unwanted = refused.RevealKey()[WrapperToken.Prefix.Length..];
        await LookAsync(Look.ForAnother, cancellationToken, unwanted).ConfigureAwait(false);
        var token = await _keeper!.CurrentAsync(cancellationToken).ConfigureAwait(false);
        return token is null || token.Token == unwanted ? null : Access(token);
    }

    /// <summary>After a connection that couldn't be made: another way, the same one if the gateway is there after all, or null.</summary>
    internal async Task<LatchkeyAccess?> OtherWayAsync(CancellationToken cancellationToken)
    {
        await LookAsync(Look.AtHealth, cancellationToken).ConfigureAwait(false);
        return Status.State switch
        {
            LatchkeyState.Direct => await _ownKey.AccessAsync(cancellationToken).ConfigureAwait(false),
            LatchkeyState.Ready => await _keeper!.CurrentAsync(cancellationToken).ConfigureAwait(false) is { } token ? Access(token) : null,
            _ => null,
        };
    }

    /// <summary>A call broke: the gateway is looked at without waiting for its turn.</summary>
    internal void Suspect() => Volatile.Read(ref _wake).TrySetResult();

    private static LatchkeyAccess Access(HeldToken token) =>
        new(token.BaseUrl, WrapperToken.Prefix + token.Token, isDirect: false, token.ExpiresAt, TokenClaims.Models(token.Token))
        {
            Lifetime = token.Lifetime,
        };

    private async Task WatchAsync(CancellationToken stop)
    {
        await Task.Yield();
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await WaitAsync(await NextLookAsync(stop).ConfigureAwait(false), stop).ConfigureAwait(false);
                await LookAsync(Look.AtHealth, stop).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // A watch that ends leaves the desktop with a token that dies; one that fails at once is held back.
                _log.WatchFailed(e);
                await Task.Delay(HealthWatch.WhileAway, _time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task<TimeSpan> NextLookAsync(CancellationToken cancellationToken)
    {
        var token = await _keeper!.CurrentAsync(cancellationToken).ConfigureAwait(false);
        var next = HealthWatch.Next(
            _trouble,
            Since(_troubleSince),
            Since(Volatile.Read(ref _lastUse)),
            token?.UntilDue(_time.GetUtcNow()) ?? TimeSpan.Zero,
            _options.LookEvery,
            Random.Shared.NextDouble());
        var refrain = TimeSpan.FromSeconds((double)(_askAgainAt - _time.GetTimestamp()) / _time.TimestampFrequency);
        return next > refrain ? next : refrain;
    }

    private async Task WaitAsync(TimeSpan pause, CancellationToken stop)
    {
        using var awake = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var wake = Volatile.Read(ref _wake).Task;
        await Task.WhenAny(Task.Delay(pause, _time, awake.Token), wake).ConfigureAwait(false);
        await awake.CancelAsync().ConfigureAwait(false);
        stop.ThrowIfCancellationRequested();
        if (wake.IsCompleted)
        {
            Volatile.Write(ref _wake, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }
    }

    /// <summary>
    /// Looks at the gateway and the token, gets a token where one is missing or due, and settles the state. With <see cref="Look.ForAnother"/>, the
    /// unwanted token won't do; whoever waits while it is replaced is content.
    /// </summary>
    private async Task LookAsync(Look what, CancellationToken cancellationToken, string? unwanted = null)
    {
        var seen = Interlocked.Read(ref _looks);
        await _looking.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // Somebody else looked while this one waited.
            if (Interlocked.Read(ref _looks) == seen || what == Look.ForAnother)
            {
                await LookNowAsync(what, unwanted, cancellationToken).ConfigureAwait(false);

                // Only a look that came to its end is one for those who wait: whoever gave up has seen nothing.
                _lastLook = _time.GetTimestamp();
                Interlocked.Increment(ref _looks);
            }
        }
        finally
        {
            _looking.Release();
        }
    }

    private async Task LookNowAsync(Look what, string? unwanted, CancellationToken cancellationToken)
    {
        if (_keeper is null)
        {
            _status.Disabled(await _ownKey.IsThereAsync(cancellationToken).ConfigureAwait(false));
        }
        else if (what == Look.AtHealth && await _calls!.HealthAsync(cancellationToken).ConfigureAwait(false) is { } wrong)
        {
            await BecomeAwayAsync(wrong, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await SettleTokenAsync(what, unwanted, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task SettleTokenAsync(Look what, string? unwanted, CancellationToken cancellationToken)
    {
        var token = await _keeper!.CurrentAsync(cancellationToken).ConfigureAwait(false);
        if (token is not null && !token.IsDue(_time.GetUtcNow()) && (what != Look.ForAnother || token.Token != unwanted))
        {
            BecomeReady(token);
            return;
        }

        _status.Asking(token);
        switch (await _keeper.RenewAsync(token, cancellationToken).ConfigureAwait(false))
        {
            case Renewal.Done done:
                BecomeReady(done.Token);
                break;
            case Renewal.Refused refused:
                Note(Trouble.Refused, HealthWatch.WhileAway);
                _status.Refused(refused.Message);
                break;
            case Renewal.Away away:
                Note(Trouble.Away, away.RetryAfter ?? TimeSpan.FromSeconds(1));
                await BecomeAwayAsync(away.Reason, cancellationToken).ConfigureAwait(false);
                break;
        }
    }

    private async Task BecomeAwayAsync(string reason, CancellationToken cancellationToken)
    {
        Note(Trouble.Away, TimeSpan.Zero);
        if (await _ownKey.IsThereAsync(cancellationToken).ConfigureAwait(false))
        {
            _status.Direct(reason);
        }
        else
        {
            _status.Away(reason, await _keeper!.CurrentAsync(cancellationToken).ConfigureAwait(false));
        }
    }

    private void BecomeReady(HeldToken token)
    {
        _trouble = Trouble.None;
        _askAgainAt = long.MinValue / 2;
        _status.Ready(token);
    }

    private void Note(Trouble trouble, TimeSpan refrain)
    {
        if (_trouble != trouble)
        {
            _trouble = trouble;
            _troubleSince = _time.GetTimestamp();
        }

        if (refrain > TimeSpan.Zero)
        {
            _askAgainAt = _time.GetTimestamp() + (long)(Math.Min(refrain.TotalSeconds, 3600) * _time.TimestampFrequency);
        }
    }

    private void NoteUse()
    {
        var idle = Since(Volatile.Read(ref _lastUse)) >= HealthWatch.InUseFor;
        Volatile.Write(ref _lastUse, _time.GetTimestamp());
        if (idle)
        {
            // The watch has been told to come back in half an hour.
            Suspect();
        }
    }

    private TimeSpan Since(long timestamp) => _time.GetElapsedTime(timestamp);

    private enum Look
    {
        /// <summary>At the token only: the gateway is asked when there is none, or it is due.</summary>
        AtToken,

        /// <summary>At the gateway's health, then at the token.</summary>
        AtHealth,

        /// <summary>For another token than the one at hand.</summary>
        ForAnother,
    }
}
