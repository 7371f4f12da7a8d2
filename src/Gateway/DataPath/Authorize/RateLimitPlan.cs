namespace Latchkey.Gateway.DataPath.Authorize;

/// <summary>What an entry of the claim limits.</summary>
internal enum RateLimitKind
{
    DeviceRequests,
    DeviceStreams,
    DeviceInputTokens,
    DeviceOutputTokens,
    DeviceCountTokens,
    AddressRequests,
}

/// <summary>The claim that a request makes, and what each of its entries stands for.</summary>
internal sealed record RateLimitPlan(CounterClaim Claim, IReadOnlyList<RateLimitKind> Kinds)
{
    /// <summary>The settlement of a request that used this much. Input: with what was written to the cache, without what was read from it.</summary>
    public long[] Truth(long inputTokens, long outputTokens)
    {
        var truth = new long[Kinds.Count];
        for (var i = 0; i < truth.Length; i++)
        {
            truth[i] = Kinds[i] switch
            {
                RateLimitKind.DeviceInputTokens => Math.Max(0, inputTokens),
                RateLimitKind.DeviceOutputTokens => Math.Max(0, outputTokens),
                _ => Claim.Entries[i].Cost,
            };
        }

        return truth;
    }
}
