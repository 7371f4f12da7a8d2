using Latchkey.Gateway.DataPath.Authorize.Budgets;
using Latchkey.Gateway.Storage.Usage;
using Npgsql;

namespace Latchkey.Gateway.Storage.Postgres;

/// <summary>
/// Tells the book every five seconds what other gateways have spent from the budgets that are in use here. What they spend in
/// between isn't known, and can be overspent.
/// </summary>
internal sealed class SpendOfOthers(
    string gatewayId, BudgetBook book, PostgresStore store, ShippingState state, ShippingTiming timing, TimeProvider clock, ILogger<SpendOfOthers> log) : BackgroundService
{
    private bool _failing;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(timing.Others, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                // The shipper finds out, and says, when it is away.
                if (state.Answers)
                {
                    await AskAsync(stoppingToken);
                    _failing = false;
                }
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException)
            {
                if (!_failing)
                {
                    log.OthersUnknown(e);
                }

                _failing = true;
            }
        }
    }

    private async Task AskAsync(CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var accounts = book.AccountsInUse(now);
        if (accounts.Count == 0)
        {
            return;
        }

        await using var connection = await store.ConnectAsync(cancellation);
        foreach (var account in accounts)
        {
            var budget = account.Budget;
            var (from, to) = BudgetWindow.StretchOf(budget, now);
            var spent = await new SpendQuery(budget, account.Head, GatewayFilter.AllBut(gatewayId)).SumAsync(connection, null, from, to, cancellation);
            book.HearOfOthers(account, now, spent);
        }
    }
}
