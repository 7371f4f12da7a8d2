using System.Globalization;
using System.Text;
using System.Text.Json;
using Latchkey.Client.Devices;
using Latchkey.Client.Gateway;
using Latchkey.Client.Secrets;
using Microsoft.Extensions.Logging;

namespace Latchkey.Client.Tokens;

/// <summary>
/// The token of this person for one gateway: in memory, in the store of secrets, and renewed by one process at a time. Whoever waited for another
/// process takes what that one got.
/// </summary>
internal sealed class TokenKeeper : IDisposable
{
    private readonly LatchkeyOptions _options;
    private readonly ISecretStore _secrets;
    private readonly GatewayCalls _calls;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly string _name;
    private readonly SemaphoreSlim _one = new(1);
    private volatile HeldToken? _held;

    public TokenKeeper(LatchkeyOptions options, ISecretStore secrets, GatewayCalls calls, TimeProvider time, ILogger log)
    {
        (_options, _secrets, _calls, _time, _log) = (options, secrets, calls, time, log);

        // A person may have tokens of several gateways, for work and for trying things out.
        _name = $"token.{NameOf(options.BootstrapUrl!.AbsoluteUri):x16}";
    }

    /// <summary>
    /// FNV-1a of 64 bits: it tells a person's few gateways apart, and an address made to collide finds a token that says whose it is. SHA-256 would load
    /// the system's cryptographic library for it, which takes longer than all the rest of <c>latchkey token</c>.
    /// </summary>
    private static ulong NameOf(string address)
    {
        var hash = 0xcbf29ce484222325;
        foreach (var octet in Encoding.UTF8.GetBytes(address))
        {
            hash = unchecked((hash ^ octet) * 0x100000001b3);
        }

        return hash;
    }

    /// <summary>The token at hand, due or not, as long as a call can be made with it; null when there is none.</summary>
    public async ValueTask<HeldToken?> CurrentAsync(CancellationToken cancellationToken)
    {
        if (_held is { } held && !held.IsDue(_time.GetUtcNow()))
        {
            return held;
        }

        // Another process may have renewed it.
        var stored = await StoredAsync(cancellationToken).ConfigureAwait(false);
        held = Newer(_held, stored);
        _held = held;
        return held?.IsUsable(_time.GetUtcNow()) == true ? held : null;
    }

    /// <summary>
    /// Gets another token than the one that was seen and won't do any more, or any, if none was: what another process got in the meantime, or by
    /// <c>/refresh</c>, or, when that is refused, by <c>/bootstrap</c>.
    /// </summary>
    public async Task<Renewal> RenewAsync(HeldToken? seen, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            using var ours = await ProcessLock.AcquireAsync(Path.Combine(_options.Folder, "refresh.lock"), _time, cancellationToken).ConfigureAwait(false);
            if (!ours.IsHeld)
            {
                _log.LockNotHeld(_options.Folder);
            }

            var stored = Newer(_held, await StoredAsync(cancellationToken).ConfigureAwait(false));
            if (stored is not null && stored.Token != seen?.Token && stored.IsUsable(_time.GetUtcNow()) && !stored.IsDue(_time.GetUtcNow()))
            {
                _held = stored;
                return new Renewal.Done(stored);
            }

            return await AskAsync(stored ?? seen, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Forgets the token, here and in the store.</summary>
    public async Task ForgetAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _held = null;
            await _secrets.DeleteAsync(_name, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private async Task<Renewal> AskAsync(HeldToken? last, CancellationToken cancellationToken)
    {
        var asked = _time.GetUtcNow();
        var reply = last is null
            ? await BootstrapAsync(cancellationToken).ConfigureAwait(false)
            : await _calls.RefreshAsync(last.Token, last.RefreshToken, cancellationToken).ConfigureAwait(false);
        if (last is not null && reply is GatewayReply.Refused refused)
        {
            _log.RefreshRefused(refused.Status);
            asked = _time.GetUtcNow();
            reply = await BootstrapAsync(cancellationToken).ConfigureAwait(false);
        }

        switch (reply)
        {
            case GatewayReply.Granted granted:
                var held = Held(granted, asked);
                if (!held.IsUsable(_time.GetUtcNow()))
                {
                    return new Renewal.Away("its tokens are over when they come", RetryAfter: null);
                }

                await KeepAsync(held, cancellationToken).ConfigureAwait(false);
                _held = held;
                _log.TokenObtained(held.BaseUrl, held.ExpiresAt);
                return new Renewal.Done(held);
            case GatewayReply.Refused no:
                return new Renewal.Refused(no.Status, no.Message);
            default:
                var away = (GatewayReply.Away)reply;
                return new Renewal.Away(away.Reason, away.RetryAfter);
        }
    }

    private Task<GatewayReply> BootstrapAsync(CancellationToken cancellationToken) =>
        _calls.BootstrapAsync(DeviceId.Read(_options.Folder), cancellationToken);

    private HeldToken Held(GatewayReply.Granted granted, DateTimeOffset asked)
    {
        var expires = DateTimeOffset.Parse(granted.Answer.ExpiresAt, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
        var lifetime = expires - (granted.Now ?? _time.GetUtcNow());
        return new HeldToken
        {
            Gateway = _options.BootstrapUrl!,
            Token = granted.Answer.WrapperToken,
            BaseUrl = new Uri(granted.Answer.ProxyBaseUrl),
            ExpiresAt = expires,
            // Its life began at the latest when it was asked for.
            ObtainedAt = asked,
            Lifetime = lifetime,
            RenewAfter = RenewalRule.RenewAfter(lifetime, _options.RenewBefore, Random.Shared.NextDouble()),
            RefreshToken = granted.Answer.RefreshToken,
        };
    }

    private async Task KeepAsync(HeldToken held, CancellationToken cancellationToken)
    {
        try
        {
            await _secrets.WriteAsync(_name, JsonSerializer.Serialize(held, HeldTokenJson.Default.HeldToken), cancellationToken).ConfigureAwait(false);
        }
        catch (SecretStoreException e)
        {
            // This process can go on with the one in memory.
            _log.TokenNotKept(_secrets.Description, e);
        }
    }

    private async ValueTask<HeldToken?> StoredAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _secrets.ReadAsync(_name, cancellationToken).ConfigureAwait(false) is { } json
                && JsonSerializer.Deserialize(json, HeldTokenJson.Default.HeldToken) is { } held
                && held.Gateway == _options.BootstrapUrl
                ? held
                : null;
        }
        catch (Exception e) when (e is SecretStoreException or JsonException)
        {
            _log.TokenNotRead(_secrets.Description, e);
            return null;
        }
    }

    /// <summary>The one that came later. A store that couldn't be written for a while holds an older one than the memory does.</summary>
    private static HeldToken? Newer(HeldToken? a, HeldToken? b) =>
        a is null ? b : b is null || a.ExpiresAt >= b.ExpiresAt ? a : b;
}
