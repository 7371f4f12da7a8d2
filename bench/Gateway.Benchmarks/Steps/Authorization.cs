using Latchkey.Claude;
using Latchkey.Gateway.DataPath.Accept;
using Latchkey.Gateway.DataPath.Authenticate;
using Latchkey.Gateway.DataPath.Authorize;
using Latchkey.Gateway.DataPath.Authorize.Budgets;
using Latchkey.Gateway.Storage.Memory;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Latchkey.Gateway.Benchmarks.Steps;

/// <summary>The stage Authorize with these budgets, limits as by default but never reached, and a past in which nothing was spent.</summary>
internal sealed class Authorization
{
    private readonly HttpContext _http = Call.Http();
    private readonly Caller _caller;
    private readonly AcceptedRequest _request;
    private readonly AuthorizeStage _authorize;

    public Authorization(TimeProvider time, params Budget[] budgets)
    {
        _caller = Call.Caller(time);
        _request = Call.Accepted(time, _http, 1_000);
        var book = new BudgetBook();
        book.Use(budgets);
        _authorize = new AuthorizeStage(
            ModelAllowlist.TryParse(new ModelOptions().Allowed, out var models, out var problem) ? models : throw new InvalidOperationException(problem),
            new TenantPolicy(new NobodyOwns()),
            new RateLimits(new Unreached(), time),
            new MemoryCounters(time),
            new SpendingPolicy(
                book,
                new NothingSpent(),
                new NothingCounted(),
                new PriceBooks(PriceBook.Default),
                Options.Create(new BudgetOptions()),
                time,
                NullLogger<SpendingPolicy>.Instance));
    }

    public AcceptedRequest Request => _request;

    /// <summary>Lets the call in. The stage waits for nothing that isn't in memory, so it is done when it returns.</summary>
    public Permit LetIn()
    {
        var deciding = _authorize.DecideAsync(_http, _caller, _request);
        return deciding is { IsCompletedSuccessfully: true, Result: Verdict.Allowed { Permit: var permit } }
            ? permit
            : throw new InvalidOperationException("The call wasn't let in at once.");
    }

    private sealed class Unreached : IOptionsMonitor<RateLimitOptions>
    {
        public RateLimitOptions CurrentValue { get; } = new() { RequestsPerWindow = int.MaxValue, RequestsPerAddress = int.MaxValue };

        public RateLimitOptions Get(string? name) => CurrentValue;

        public IDisposable? OnChange(Action<RateLimitOptions, string?> listener) => null;
    }

    private sealed class NobodyOwns : IOwnership
    {
        public ValueTask<bool> OwnsAsync(string deviceId, OwnedKind kind, string resourceId, CancellationToken cancellation) => new(false);

        public ValueTask RecordAsync(string deviceId, OwnedKind kind, string resourceId, CancellationToken cancellation) => default;
    }

    private sealed class NothingSpent : ISpendHistory
    {
        public Task<SpendState> ReadAsync(
            Budget budget, string head, DateTimeOffset from, DateTimeOffset? to, Func<IReadOnlyCollection<string>> arrivals, CancellationToken cancellation) =>
            Task.FromResult(new SpendState(new Dictionary<DateTimeOffset, long>(), new HashSet<string>()));
    }

    private sealed class NothingCounted : ITokenCount
    {
        public ValueTask<long?> CountAsync(Caller caller, AcceptedRequest request, IHeaderDictionary headers, CancellationToken cancellation) => new((long?)null);
    }
}
