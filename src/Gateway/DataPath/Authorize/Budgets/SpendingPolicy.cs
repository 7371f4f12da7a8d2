using Latchkey.Gateway.DataPath.Accept;
using Latchkey.Gateway.DataPath.Authenticate;
using Microsoft.Extensions.Options;

namespace Latchkey.Gateway.DataPath.Authorize.Budgets;

/// <summary>Is the money there? Reserves it, in every budget that the call draws on.</summary>
internal sealed class SpendingPolicy(
    BudgetBook book, ISpendHistory history, ITokenCount counter, PriceBooks prices, IOptions<BudgetOptions> options, TimeProvider time, ILogger<SpendingPolicy> log)
{
    public async ValueTask<BudgetVerdict> ReserveAsync(Caller caller, AcceptedRequest request, IHeaderDictionary headers, CancellationToken cancellation)
    {
        if (!request.Route.Billable || request is not { Peeked: { } peeked, Body: { } body })
        {
            return new BudgetVerdict.Held(Reservation.Nothing(book), BudgetStanding.None);
        }

        if (caller.SpendCap is null && book.IsEmpty)
        {
            return new BudgetVerdict.Held(Reservation.Nothing(book), BudgetStanding.None);
        }

        var cost = CallCost.Of(prices.Current, peeked, body.Memory.Span, headers["anthropic-beta"], options.Value.SliceTokens);
        while (true)
        {
            var claims = book.ClaimsOf(caller, cost.Models);
            if (claims.Count == 0)
            {
                return new BudgetVerdict.Held(Reservation.Nothing(book), BudgetStanding.None);
            }

            // A call counts in the windows of its admission, which is the time that its row will carry.
            var admitted = request.StartedAt;
            if (!await KnowThePastAsync(claims, admitted, cancellation))
            {
                return new BudgetVerdict.Refused(Refusal.SpendUnknown(), BudgetStanding.None);
            }

            if (request.Route.Kind is RouteKind.BatchCreate && HardBudget(claims) is { } hard)
            {
                return new BudgetVerdict.Refused(
                    Refusal.Policy($"Batches aren't counted as they run, so budget '{hard.Name}' doesn't allow them."), BudgetStanding.None);
            }

            var answer = book.Reserve(claims, cost.Amounts(), admitted);
            if (answer is BudgetAnswer.Refused { Figures.Left: > 0 } near
                && near.Figures.Left >= cost.Least().Of(near.Account.Budget.Mode)
                && await counter.CountAsync(caller, request, headers, cancellation) is { } tokens)
            {
                // Near the limit a bound by bytes is too coarse; the upstream counts exactly, and for nothing.
                cost.CountedInput(tokens);
                answer = book.Reserve(claims, cost.Amounts(), admitted);
            }

            switch (answer)
            {
                case BudgetAnswer.Held held:
                    return new BudgetVerdict.Held(
                        new Reservation(book, held.Hold, cost), BudgetStanding.Of(claims, book.FiguresOf(claims, admitted)));
                case BudgetAnswer.Refused refused:
                    return new BudgetVerdict.Refused(
                        Refusal.BudgetUsedUp(BudgetWords.Refused(refused), refused.Figures.ResetsAt - time.GetUtcNow()),
                        new BudgetStanding(refused.Account.Budget, refused.Figures, UsedUp: true));
                case BudgetAnswer.Stale:
                    break;
                default:
                    throw new InvalidOperationException("Unknown answer of the book.");
            }
        }
    }

    /// <summary>Reads from the ledger what accounts that this process hasn't met yet have spent. False: it can't be read.</summary>
    public async ValueTask<bool> KnowThePastAsync(IReadOnlyList<BudgetClaim> claims, DateTimeOffset now, CancellationToken cancellation)
    {
        while (true)
        {
            var unknown = book.BeginReading(claims, now);
            if (unknown.Count == 0)
            {
                return true;
            }

            foreach (var account in unknown)
            {
                try
                {
                    var (from, to) = BudgetWindow.StretchOf(account.Budget, now);
                    var state = await history.ReadAsync(account.Budget, account.Head, from, to, () => book.ArrivalsOf(account), cancellation);
                    book.EndReading(account, now, state);
                }
                catch (SpendUnknownException e)
                {
                    log.SpendUnknown(e, account.Budget.Id);
                    return false;
                }
            }
        }
    }

    private static Budget? HardBudget(IReadOnlyList<BudgetClaim> claims)
    {
        foreach (var claim in claims)
        {
            if (claim.Account.Budget.Mode is not BudgetMode.Soft)
            {
                return claim.Account.Budget;
            }
        }

        return null;
    }
}
