using Latchkey.Gateway.DataPath.Authenticate;
using Latchkey.Gateway.Tokens.Devices;

namespace Latchkey.Gateway.Tokens.Revocation;

/// <summary>
/// Keeps what is in force the same as what is written: read before the first call, changed one at a time. What stops somebody holds at once,
/// before it is written; what lets somebody in, only when it is.
/// </summary>
internal sealed class RevocationKeeper(
    IDeviceStore devices,
    IRevocationStore store,
    Revocations revocations,
    RunningExchanges running,
    TimeProvider time,
    ILogger<RevocationKeeper> log) : IHostedService, IDisposable
{
    /// <summary>No token lives longer (<see cref="TokenOptions.LifetimeHours"/>), with a day for clocks and the grace of a refresh.</summary>
    private static readonly TimeSpan LongestToken = TimeSpan.FromDays(31);

    private readonly SemaphoreSlim _change = new(1, 1);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var device in await devices.StoppedAsync(cancellationToken))
        {
            revocations.Set(device.Id, device.State, device.TokensNotBefore);
        }

        foreach (var session in await store.SessionsAsync(time.GetUtcNow() - LongestToken, cancellationToken))
        {
            revocations.AddSession(session);
        }

        if (await store.NotBeforeAsync(cancellationToken) is { } notBefore)
        {
            revocations.SetNotBefore(notBefore);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Changes a device's state; a state that it has already changes nothing. One that isn't known can be stopped, but not activated.</summary>
    /// <returns>The device and how many of its calls were cut; null when it isn't known.</returns>
    public async Task<(Device Device, int Cut)?> ChangeAsync(string id, DeviceState state, string reason)
    {
        await _change.WaitAsync();
        try
        {
            var known = await devices.FindAsync(id, CancellationToken.None);
            if (known is null && state is DeviceState.Active)
            {
                return null;
            }

            if (known is not null && known.State == state)
            {
                return (known, 0);
            }

            var now = time.GetUtcNow();
            var change = new DeviceChange(id, state, reason, now, state is DeviceState.Revoked ? SecondAfter(now) : null);
            if (state is DeviceState.Active)
            {
                var activated = await devices.ChangeAsync(change, CancellationToken.None);
                revocations.Set(id, state, null);
                log.DeviceChanged(id, state, reason, 0);
                return (activated, 0);
            }

            revocations.Set(id, state, change.TokensNotBefore);
            var cut = await running.CutRevokedAsync();
            log.DeviceChanged(id, state, reason, cut);
            return (await devices.ChangeAsync(change, CancellationToken.None), cut);
        }
        finally
        {
            _change.Release();
        }
    }

    /// <summary>Takes back a session, whether or not there is one.</summary>
    /// <returns>How many of its calls were cut.</returns>
    public async Task<int> RevokeSessionAsync(string session, string reason)
    {
        await _change.WaitAsync();
        try
        {
            revocations.AddSession(session);
            var cut = await running.CutRevokedAsync();
            log.SessionRevoked(session, reason, cut);
            var now = time.GetUtcNow();
            await store.RevokeSessionAsync(session, reason, now, now - LongestToken, CancellationToken.None);
            return cut;
        }
        finally
        {
            _change.Release();
        }
    }

    /// <summary>Takes back every token that there is.</summary>
    /// <returns>From when on tokens count, and how many calls were cut.</returns>
    public async Task<(DateTimeOffset NotBefore, int Cut)> RevokeAllAsync(string reason)
    {
        await _change.WaitAsync();
        try
        {
            var now = time.GetUtcNow();
            var notBefore = SecondAfter(now);
            revocations.SetNotBefore(notBefore);
            var cut = await running.CutRevokedAsync();
            log.AllRevoked(reason, cut);
            await store.RevokeAllAsync(notBefore, reason, now, CancellationToken.None);
            return (notBefore, cut);
        }
        finally
        {
            _change.Release();
        }
    }

    public void Dispose() => _change.Dispose();

    private static DateTimeOffset SecondAfter(DateTimeOffset now) => DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds() + 1);
}
