using System.Data.Common;
using Microsoft.Extensions.Options;

namespace Latchkey.Gateway.Tokens.Devices;

/// <summary>Writes down which devices there are, as they get their tokens: never on the way of a call.</summary>
internal sealed class DeviceRegistry(IDeviceStore store, IOptions<TokenOptions> options, TimeProvider time, ILogger<DeviceRegistry> log)
{
    /// <summary>How exact <see cref="Device.LastSeenAt"/> is.</summary>
    public static readonly TimeSpan Resolution = TimeSpan.FromMinutes(1);

    /// <summary>A device gets a token. Never fails: an inventory that can't be written is no reason to stop a fleet.</summary>
    public async Task SeenAsync(Device device, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        try
        {
            var forgotten = await store.SeenAsync(device with { FirstSeenAt = now, LastSeenAt = now }, Resolution, options.Value.MaxDevices, cancellation);
            if (forgotten > 0)
            {
                log.DevicesForgotten(forgotten, options.Value.MaxDevices);
            }
        }
        catch (DbException e)
        {
            log.DeviceUnwritten(e, device.Id);
        }
    }
}
