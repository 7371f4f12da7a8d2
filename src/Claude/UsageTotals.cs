namespace Latchkey.Claude;

/// <summary>The state of a call's usage: merges what one usage object after the other says. The counters are running totals, never added up.</summary>
internal struct UsageTotals
{
    private UsagePatch _known;

    public readonly bool Seen => _known.Present;

    /// <summary>The output counter is a total from the API, no placeholder.</summary>
    public bool OutputIsFinal { get; private set; }

    /// <summary>Values that were there and were no counters.</summary>
    public readonly int Unreadable => _known.Unreadable;

    /// <param name="said">One usage object.</param>
    /// <param name="outputIsTotal">False for <c>message_start</c>, whose output counter is a placeholder.</param>
    public void Merge(in UsagePatch said, bool outputIsTotal)
    {
        _known.Present |= said.Present;
        _known.Unreadable += said.Unreadable;

        // A prompt can only turn out larger: a delta that repeats less (or 0) must not take back what was reported.
        _known.Tokens.Input = Larger(_known.Tokens.Input, said.Tokens.Input);
        _known.Tokens.CacheCreation = Larger(_known.Tokens.CacheCreation, said.Tokens.CacheCreation);
        _known.Tokens.CacheRead = Larger(_known.Tokens.CacheRead, said.Tokens.CacheRead);
        _known.Tokens.Split5m = Larger(_known.Tokens.Split5m, said.Tokens.Split5m);
        _known.Tokens.Split1h = Larger(_known.Tokens.Split1h, said.Tokens.Split1h);

        if (said.Tokens.Output is not null && (outputIsTotal || !OutputIsFinal))
        {
            _known.Tokens.Output = said.Tokens.Output;
            OutputIsFinal = outputIsTotal;
        }
        _known.Thinking = said.Thinking ?? _known.Thinking;
        _known.WebSearches = said.WebSearches ?? _known.WebSearches;
        _known.WebFetches = said.WebFetches ?? _known.WebFetches;
        _known.CodeExecutions = said.CodeExecutions ?? _known.CodeExecutions;
        _known.ServiceTier = said.ServiceTier ?? _known.ServiceTier;
        _known.InferenceGeo = said.InferenceGeo ?? _known.InferenceGeo;
        _known.Speed = said.Speed ?? _known.Speed;
        _known.Iterations = said.Iterations ?? _known.Iterations;
    }

    public readonly Usage ToUsage() => !Seen
        ? Usage.None
        : new Usage
        {
            InputTokens = _known.Tokens.Input ?? 0,
            OutputTokens = _known.Tokens.Output ?? 0,
            CacheCreationInputTokens = _known.Tokens.Written,
            CacheReadInputTokens = _known.Tokens.CacheRead ?? 0,
            CacheCreation5mInputTokens = _known.Tokens.Written5m,
            CacheCreation1hInputTokens = _known.Tokens.Written1h,
            ThinkingTokens = _known.Thinking ?? 0,
            WebSearchRequests = _known.WebSearches ?? 0,
            WebFetchRequests = _known.WebFetches ?? 0,
            CodeExecutionRequests = _known.CodeExecutions ?? 0,
            ServiceTier = _known.ServiceTier,
            InferenceGeo = _known.InferenceGeo,
            Speed = _known.Speed,
            Iterations = _known.Iterations ?? ValueList<UsageIteration>.Empty,
        };

    private static long? Larger(long? known, long? said) => known is null || said > known ? said ?? known : known;
}
