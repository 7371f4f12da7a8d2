using System.Globalization;
using Latchkey.Gateway.DataPath.Authorize;
using Microsoft.Extensions.Options;

namespace Latchkey.Gateway.Tokens;

/// <summary>Bounds how fast tokens are handed out, for each address and in all.</summary>
internal sealed class TokenThrottle(ICounters counters, IOptions<TokenOptions> options)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <summary>Null when the token may be made, else how long to wait.</summary>
    public async ValueTask<TimeSpan?> TakeAsync(string address, bool bootstrap, CancellationToken cancellation)
    {
        List<CounterEntry> entries = [CounterEntry.OfWindow($"tok:{address}", options.Value.PerAddressPerMinute, 1, Minute)];
        if (bootstrap)
        {
            entries.Add(CounterEntry.OfWindow("boot:all", options.Value.BootstrapsPerMinute, 1, Minute));
        }

        var answer = await counters.TakeAsync(new CounterClaim(Guid.CreateVersion7().ToString("N", CultureInfo.InvariantCulture), entries), cancellation);
        return answer is CounterAnswer.Refused refused ? refused.RetryAfter : null;
    }
}
