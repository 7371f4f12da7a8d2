using Latchkey.Claude;
using Latchkey.Gateway.DataPath.Accept;

namespace Latchkey.Gateway.DataPath.Authorize.Budgets;

/// <summary>
/// What a call can cost, from what its request says and, once the answer has begun, from what that says. By one price book from
/// admission to settlement. Every figure is on the dear side: a cheaper truth is given back, a dearer one is overspent.
/// </summary>
internal sealed class CallCost
{
    /// <summary>The largest prompt that any current model takes, in tokens (wire.md 4: 1M).</summary>
    private const long ContextTokens = 1_000_000;

    /// <summary>Turns that Claude takes by itself with server tools before it pauses; each is billed with its whole prompt.</summary>
    private const int ServerTurns = 10;

    /// <summary>Searches that are reckoned for each of those turns.</summary>
    private const int SearchesPerTurn = 5;

    /// <summary>What Claude adds to a prompt by itself, in tokens: its own words, and those around each tool.</summary>
    private const int PromptOverhead = 1_000;
    private const int ToolOverhead = 200;

    private readonly PriceBook _prices;
    private readonly PeekedBody _body;
    private readonly bool _caches;
    private readonly long _slice;
    private Usage? _begunWith;
    private string? _answeredBy;

    private CallCost(PriceBook prices, PeekedBody body, BodySigns signs, int bodyBytes, long slice, bool outputShows)
    {
        _prices = prices;
        _body = body;
        _caches = signs.Caches;
        MaxOutputTokens = Math.Max(1, body.OutputTokenCeiling);
        Loops = body.HasServerTools || signs.Loops;
        _slice = Math.Min(slice, MaxOutputTokens);
        HeldOutputTokens = body.Stream && outputShows ? _slice : MaxOutputTokens;

        // A token is at least a byte of text; but a picture of few bytes, or a page behind an address, has thousands.
        InputTokens = signs.HasMedia ? ContextTokens : Math.Min(ContextTokens, bodyBytes + PromptOverhead + ((long)body.ToolCount * ToolOverhead));
        Models = [.. body.BilledModels.Select(m => prices.TryFind(m, out var known) ? known.Id : ModelId.Normalize(m)).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Models that can be billed, by the price book's ids.</summary>
    public IReadOnlyList<string> Models { get; }

    /// <summary>The most input of a reading of the prompt, in tokens: by its bytes, or as the upstream counted it.</summary>
    public long InputTokens { get; private set; }

    /// <summary>The most output of an attempt, in tokens.</summary>
    public long MaxOutputTokens { get; }

    /// <summary>The output that budgets of the mode rolling hold so far, in tokens.</summary>
    public long HeldOutputTokens { get; private set; }

    /// <summary>Claude may take several turns by itself: the request's own size says little of what they cost.</summary>
    public bool Loops { get; }

    /// <param name="prices">The book.</param>
    /// <param name="body">What was peeked of the body.</param>
    /// <param name="bytes">The body.</param>
    /// <param name="betas">Value of <c>anthropic-beta</c>.</param>
    /// <param name="slice">Output that is held at a time, in tokens.</param>
    public static CallCost Of(PriceBook prices, PeekedBody body, ReadOnlySpan<byte> bytes, string? betas, long slice)
    {
        var signs = BodySigns.Of(bytes);

        // Thinking that is neither sent nor told of would only show in the last figures.
        var outputShows = !signs.Thinks || betas?.Contains("thinking-token-count", StringComparison.OrdinalIgnoreCase) == true;
        return new CallCost(prices, body, signs, bytes.Length, slice, outputShows);
    }

    /// <summary>The input was counted: tokens, as the upstream says.</summary>
    public void CountedInput(long tokens) => InputTokens = Math.Min(InputTokens, tokens + (tokens / 50) + 100);

    /// <summary>The answer has begun, and says what its input was.</summary>
    public void BeganWith(Usage usage, string? model)
    {
        _begunWith = usage;
        _answeredBy = model;
    }

    /// <summary>Whether more output must be held before the answer goes on: half a slice is kept ahead.</summary>
    public bool NeedsMore(long outputTokens) => HeldOutputTokens < MaxOutputTokens && outputTokens + (_slice / 2) > HeldOutputTokens;

    /// <summary>Whether the output so far is all that is held.</summary>
    public bool IsUsedUp(long outputTokens) => outputTokens >= HeldOutputTokens;

    /// <summary>What holding more output would come to: as many slices as the output so far asks for.</summary>
    public (long HeldOutputTokens, BudgetAmounts Amounts) WithMore(long outputTokens)
    {
        var slices = Math.Max(1, (outputTokens + (_slice / 2) - HeldOutputTokens + _slice - 1) / _slice);
        var held = Math.Min(MaxOutputTokens, HeldOutputTokens + (slices * _slice));
        return (held, AmountsFor(held));
    }

    /// <summary>So much output is held now.</summary>
    public void Holds(long outputTokens) => HeldOutputTokens = outputTokens;

    /// <summary>What each mode holds now, in nano-dollars.</summary>
    public BudgetAmounts Amounts() => AmountsFor(HeldOutputTokens);

    /// <summary>What it would be with an empty prompt: below that, counting the prompt can't help.</summary>
    public BudgetAmounts Least() => new(Bound(0, MaxOutputTokens, Loops), Bound(0, HeldOutputTokens, loops: false));

    private BudgetAmounts AmountsFor(long heldOutput)
    {
        // Another model may still take over, or another turn come: only a plain call's input is settled once it has begun.
        var plain = !Loops && !_body.FallbacksDefault && _body.BilledModels.Count == 1;
        if (_begunWith is { } begun)
        {
            var held = Price(begun with { OutputTokens = heldOutput, Iterations = [] }, _answeredBy ?? _body.Model);
            return new BudgetAmounts(plain ? Price(begun with { OutputTokens = MaxOutputTokens, Iterations = [] }, _answeredBy ?? _body.Model) : Bound(InputTokens, MaxOutputTokens, Loops), held);
        }

        return new BudgetAmounts(Bound(InputTokens, MaxOutputTokens, Loops), Bound(InputTokens, heldOutput, loops: false));
    }

    /// <summary>The most that so much output and the input can cost, with every model that may be billed.</summary>
    private long Bound(long inputTokens, long outputTokens, bool loops)
    {
        var input = loops ? ContextTokens : inputTokens;
        var usage = Usage.None with
        {
            InputTokens = _caches ? 0 : input,
            CacheCreationInputTokens = _caches ? input : 0,
            CacheCreation1hInputTokens = _caches ? input : 0,
            OutputTokens = outputTokens,
            Speed = _body.Speed,

            // A workspace's own default may be there without the request saying so.
            InferenceGeo = "us",
            WebSearchRequests = loops ? SearchesPerTurn : 0,
        };
        var sum = (Int128)0;
        foreach (var model in _body.BilledModels)
        {
            sum += Price(usage, model);
        }

        if (_body.FallbacksDefault)
        {
            sum += Price(usage, model: null);
        }

        return long.CreateSaturating(loops ? sum * ServerTurns : sum);
    }

    /// <summary>A model that nobody knows is charged like the dearest.</summary>
    private long Price(Usage usage, string? model) => Math.Min(long.MaxValue / 4, _prices.Charge(usage, model, null, batch: false).NanoDollars);
}
