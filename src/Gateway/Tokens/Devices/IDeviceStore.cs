namespace Latchkey.Gateway.Tokens.Devices;

/// <summary>Keeps the devices. The room Storage implements it.</summary>
internal interface IDeviceStore
{
    /// <summary>Writes down that a device got a token. Of one that is known, what is null stays as it was; its state stays in any case.</summary>
    /// <param name="device">What it says of itself; <see cref="Device.LastSeenAt"/> is now.</param>
    /// <param name="freshFor">How long what was written is good enough, unless the device says something else now.</param>
    /// <param name="most">Devices that are kept: beyond, those are forgotten that were unseen for longest and that no operator has ever stopped.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>How many were forgotten.</returns>
    Task<int> SeenAsync(Device device, TimeSpan freshFor, int most, CancellationToken cancellation);

    /// <summary>One device; null when it isn't known.</summary>
    Task<Device?> FindAsync(string id, CancellationToken cancellation);

    /// <summary>A page, by id, bytes compared.</summary>
    Task<IReadOnlyList<Device>> ListAsync(DeviceQuestion question, CancellationToken cancellation);

    /// <summary>Every device that was ever revoked, or is stopped.</summary>
    Task<IReadOnlyList<Device>> StoppedAsync(CancellationToken cancellation);

    /// <summary>Changes the state, and tells it outside, in one transaction; durable when it completes. One that isn't known is made.</summary>
    Task<Device> ChangeAsync(DeviceChange change, CancellationToken cancellation);
}

/// <summary>Which devices.</summary>
/// <param name="State">In this state; null for any.</param>
/// <param name="Search">Whose id or name begins so; null for any.</param>
/// <param name="After">Behind this id; null from the beginning.</param>
/// <param name="Limit">At most so many.</param>
internal sealed record DeviceQuestion(DeviceState? State, string? Search, string? After, int Limit);

/// <summary>A new state.</summary>
/// <param name="Id">Of this device.</param>
/// <param name="State">The state.</param>
/// <param name="Reason">Why, in the operator's words.</param>
/// <param name="At">When.</param>
/// <param name="TokensNotBefore">From when on its tokens must be; null leaves that as it is. Whole seconds.</param>
internal sealed record DeviceChange(string Id, DeviceState State, string Reason, DateTimeOffset At, DateTimeOffset? TokensNotBefore);
