using System.Collections.Concurrent;
using Latchkey.Gateway.DataPath.Authenticate;
using Latchkey.Gateway.Tokens.Devices;

namespace Latchkey.Gateway.Tokens.Revocation;

/// <summary>
/// What was taken back, in memory: three look-ups a call, no lock, no I/O. An instant is compared as whole seconds, as <c>iat</c> is, so a
/// revocation holds from the second after it; what is minted in the rest of its own second is dated forward (<see cref="NotBefore"/>).
/// </summary>
internal sealed class Revocations : IRevocations
{
    private readonly ConcurrentDictionary<string, DeviceLock> _devices = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, byte> _sessions = new(StringComparer.Ordinal);
    private long _notBefore;

    /// <inheritdoc/>
    public bool Revokes(Caller caller)
    {
        var issued = caller.IssuedAt.ToUnixTimeSeconds();
        return issued < Volatile.Read(ref _notBefore)
            || (_devices.TryGetValue(caller.DeviceId, out var device) && (device.State is not DeviceState.Active || issued < device.NotBefore))
            || _sessions.ContainsKey(caller.SessionId);
    }

    /// <summary>Whether the device gets tokens.</summary>
    public DeviceState StateOf(string deviceId) => _devices.TryGetValue(deviceId, out var device) ? device.State : DeviceState.Active;

    /// <summary>The earliest instant that a token of this device may be dated; in whole seconds.</summary>
    public DateTimeOffset NotBefore(string deviceId) => DateTimeOffset.FromUnixTimeSeconds(
        Math.Max(Volatile.Read(ref _notBefore), _devices.TryGetValue(deviceId, out var device) ? device.NotBefore : 0));

    /// <summary>The device's state from now on. An instant that was set stays set.</summary>
    public void Set(string deviceId, DeviceState state, DateTimeOffset? notBefore)
    {
        var seconds = notBefore?.ToUnixTimeSeconds() ?? 0;
        _devices.AddOrUpdate(
            deviceId,
            static (_, change) => new DeviceLock(change.state, change.seconds),
            static (_, known, change) => new DeviceLock(change.state, Math.Max(known.NotBefore, change.seconds)),
            (state, seconds));
    }

    public void AddSession(string session) => _sessions[session] = 0;

    public void SetNotBefore(DateTimeOffset notBefore) => Volatile.Write(ref _notBefore, Math.Max(_notBefore, notBefore.ToUnixTimeSeconds()));

    private readonly record struct DeviceLock(DeviceState State, long NotBefore);
}
