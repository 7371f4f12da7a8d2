using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace Latchkey.Gateway.DataPath.Authorize;

/// <summary>Which limits a request falls under, and how the counters' answer reads. Decides only: the stage asks the counters.</summary>
internal sealed class RateLimits(IOptionsMonitor<RateLimitOptions> options, TimeProvider clock)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <summary>A token is about four bytes of the request's body; the truth comes with the settlement.</summary>
    public static long EstimateInputTokens(long bodyBytes) => (bodyBytes + 3) / 4;

    public RateLimitPlan Plan(RateLimitSubject subject)
    {
        var set = options.CurrentValue;
        var entries = new List<CounterEntry>(5);
        var kinds = new List<RateLimitKind>(5);

        if (subject.Route is not RateLimitedRoute.CountTokens)
        {
            var limit = Math.Min(set.RequestsPerWindow, Math.Max(1, subject.TokenLimit ?? long.MaxValue));
            Add(RateLimitKind.DeviceRequests, CounterEntry.OfWindow($"req:{subject.DeviceId}", limit, 1, set.Window));
        }
        else if (set.CountTokensPerWindow > 0)
        {
            Add(RateLimitKind.DeviceCountTokens, CounterEntry.OfWindow($"cnt:{subject.DeviceId}", set.CountTokensPerWindow, 1, set.Window));
        }

        if (subject.Route is RateLimitedRoute.Billable)
        {
            if (set.ConcurrentStreams > 0)
            {
                Add(RateLimitKind.DeviceStreams, CounterEntry.OfGauge($"str:{subject.DeviceId}", set.ConcurrentStreams));
            }

            if (set.InputTokensPerMinute > 0)
            {
                // An estimate above the whole limit would never fit: it waits for an empty window, and the truth is settled.
                var cost = Math.Clamp(subject.InputTokens, 0, set.InputTokensPerMinute);
                Add(RateLimitKind.DeviceInputTokens, CounterEntry.OfWindow($"in:{subject.DeviceId}", set.InputTokensPerMinute, cost, Minute));
            }

            if (set.OutputTokensPerMinute > 0)
            {
                // As at Anthropic, max_tokens plays no part: only a window that is used up refuses.
                Add(RateLimitKind.DeviceOutputTokens, CounterEntry.OfWindow($"out:{subject.DeviceId}", set.OutputTokensPerMinute, 0, Minute));
            }
        }

        if (set.RequestsPerAddress > 0 && subject.Address is { } address)
        {
            Add(RateLimitKind.AddressRequests, CounterEntry.OfWindow($"ip:{Network(address)}", set.RequestsPerAddress, 1, set.Window));
        }

        return new RateLimitPlan(new CounterClaim(subject.PermitId, entries), kinds);

        void Add(RateLimitKind kind, CounterEntry entry)
        {
            kinds.Add(kind);
            entries.Add(entry);
        }
    }

    public RateLimitVerdict Read(RateLimitPlan plan, CounterAnswer answer)
    {
        var standing = Standing(plan, answer.Figures);
        return answer switch
        {
            CounterAnswer.Granted granted => new RateLimitVerdict.Within(granted.Ticket, standing),
            CounterAnswer.Refused refused => Reached(plan, refused, standing),
            _ => throw new ArgumentOutOfRangeException(nameof(answer)),
        };
    }

    private static RateLimitVerdict.Reached Reached(RateLimitPlan plan, CounterAnswer.Refused refused, RateLimitStanding standing)
    {
        var kind = plan.Kinds[refused.By];
        var entry = plan.Claim.Entries[refused.By];
        var wait = TimeSpan.FromSeconds(Math.Max(1, Math.Ceiling(refused.RetryAfter.TotalSeconds)));
        var limit = entry.Limit.ToString(CultureInfo.InvariantCulture);
        var per = Length(entry.Window);
        var rule = kind switch
        {
            RateLimitKind.DeviceRequests => $"{limit} requests per {per} for this device",
            RateLimitKind.DeviceStreams => $"{limit} requests at once for this device",
            RateLimitKind.DeviceInputTokens => $"{limit} input tokens per {per} for this device",
            RateLimitKind.DeviceOutputTokens => $"{limit} output tokens per {per} for this device",
            RateLimitKind.DeviceCountTokens => $"{limit} count_tokens requests per {per} for this device",
            RateLimitKind.AddressRequests => $"{limit} requests per {per} for this address",
            _ => throw new ArgumentOutOfRangeException(nameof(plan)),
        };
        return new RateLimitVerdict.Reached(kind, $"Rate limit reached: {rule}. Try again in {Length(wait)}.", wait, standing);
    }

    private RateLimitStanding Standing(RateLimitPlan plan, IReadOnlyList<CounterFigure> figures)
    {
        RateLimitFigure? requests = null, input = null, output = null;
        var now = clock.GetUtcNow();
        for (var i = 0; i < figures.Count; i++)
        {
            switch (plan.Kinds[i])
            {
                // count_tokens has no figures of its own at Anthropic: there, too, they are those of its requests.
                case RateLimitKind.DeviceRequests or RateLimitKind.DeviceCountTokens:
                    requests = Figure(figures[i], now);
                    break;
                case RateLimitKind.DeviceInputTokens:
                    input = Figure(figures[i], now);
                    break;
                case RateLimitKind.DeviceOutputTokens:
                    output = Figure(figures[i], now);
                    break;
            }
        }

        return new RateLimitStanding(requests, input, output);
    }

    private static RateLimitFigure Figure(CounterFigure figure, DateTimeOffset now)
    {
        var resets = now + figure.ResetAfter;
        var early = resets.Ticks % TimeSpan.TicksPerSecond;
        return new RateLimitFigure(figure.Limit, figure.Remaining, early == 0 ? resets : resets.AddTicks(TimeSpan.TicksPerSecond - early));
    }

    private static string Length(TimeSpan length) => length.Milliseconds == 0
        ? $"{(long)length.TotalSeconds} s"
        : $"{(long)length.TotalMilliseconds} ms";

    /// <summary>Who has an IPv6 address has at least the 2^64 of its network.</summary>
    private static string Network(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        if (address.AddressFamily is not AddressFamily.InterNetworkV6)
        {
            return address.ToString();
        }

        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        bytes[8..].Clear();
        return $"{new IPAddress(bytes)}/64";
    }
}
