using System.Data;
using Latchkey.Gateway.DataPath.Authorize.Budgets;
using Latchkey.Gateway.DataPath.Settle;
using Latchkey.Gateway.Storage.Sqlite;
using Latchkey.Gateway.Storage.Usage;
using Microsoft.Data.Sqlite;
using Npgsql;
using NpgsqlTypes;

namespace Latchkey.Gateway.Storage.Postgres;

/// <summary>
/// What was spent by all gateways: what PostgreSQL has, and what this gateway's journal hasn't shipped yet. A call waits a second at
/// most for PostgreSQL; while it is away or slow, an account begins with this gateway's own sums.
/// </summary>
internal sealed class PostgresSpendHistory(
    string gatewayId,
    SqliteSpendHistory own,
    SqliteShipments journal,
    IUsageLedger ledger,
    PostgresStore store,
    ShippingState state,
    TimeProvider time,
    ILogger<PostgresSpendHistory> log) : ISpendHistory
{
    /// <summary>The longest that a call waits for PostgreSQL.</summary>
    public static readonly TimeSpan Bound = TimeSpan.FromSeconds(1);

    /// <summary>With more rows waiting, PostgreSQL has just come back: asking for each of them would take too long.</summary>
    private const int MostWaiting = 10_000;

    private static readonly TimeSpan DiskPatience = TimeSpan.FromSeconds(2);

    /// <summary>A call that draws on many budgets waits for one of them, not for each.</summary>
    private static readonly TimeSpan LeftAlone = TimeSpan.FromSeconds(5);

    private long _slowAt;
    private int _told;

    public async Task<SpendState> ReadAsync(
        Budget budget, string head, DateTimeOffset from, DateTimeOffset? to, Func<IReadOnlyCollection<string>> arrivals, CancellationToken cancellation)
    {
        if (state.IsAway)
        {
            return await FromOwnAsync(state.Problem ?? "it doesn't answer", null);
        }

        if (Interlocked.Read(ref _slowAt) is not 0 and var slowAt && time.GetElapsedTime(slowAt) < LeftAlone)
        {
            return await FromOwnAsync("it was slow", null);
        }

        var waiting = await WaitingAsync(from, to, cancellation);
        if (waiting.Count > MostWaiting)
        {
            return await FromOwnAsync("too much still waits for it", null);
        }

        using var bound = new CancellationTokenSource(Bound, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(bound.Token, cancellation);
        try
        {
            var found = await AskAsync(budget, head, from, to, waiting, arrivals, either.Token).WaitAsync(either.Token);
            Interlocked.Exchange(ref _told, 0);
            return found;
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            Interlocked.Exchange(ref _slowAt, time.GetTimestamp());
            return await FromOwnAsync("it didn't answer in time, or with an error", e);
        }

        Task<SpendState> FromOwnAsync(string reason, Exception? e)
        {
            if (Interlocked.Exchange(ref _told, 1) == 0)
            {
                log.SpendFromOwnSums(reason, e);
            }

            return own.ReadAsync(budget, head, from, to, arrivals, cancellation);
        }
    }

    /// <summary>What was handed over before reading began isn't among the arrivals: it must be in the journal or in PostgreSQL.</summary>
    private async Task<IReadOnlyList<WaitingSpend>> WaitingAsync(DateTimeOffset from, DateTimeOffset? to, CancellationToken cancellation)
    {
        try
        {
            await ledger.FlushAsync(cancellation).WaitAsync(DiskPatience, time, cancellation);
            return journal.WaitingSpend(Instants.Of(from), to is { } end ? Instants.Of(end) : long.MaxValue, MostWaiting + 1);
        }
        catch (Exception e) when (e is SqliteException or TimeoutException)
        {
            throw new SpendUnknownException("The ledger can't be read.", e);
        }
    }

    private async Task<SpendState> AskAsync(
        Budget budget,
        string head,
        DateTimeOffset from,
        DateTimeOffset? to,
        IReadOnlyList<WaitingSpend> waiting,
        Func<IReadOnlyCollection<string>> arrivals,
        CancellationToken cancellation)
    {
        await using var connection = await store.ConnectAsync(cancellation);

        // One state for all questions; the first of them fixes it.
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        var sums = await new SpendQuery(budget, head, GatewayFilter.Only(gatewayId)).SumAsync(connection, transaction, from, to, cancellation);
        var others = await new SpendQuery(budget, head, GatewayFilter.AllBut(gatewayId)).SumAsync(connection, transaction, from, to, cancellation);
        var arrived = arrivals();
        var there = await ThereAsync(
            connection, transaction, [.. waiting.Select(w => (w.RequestId, w.Kind)), .. arrived.Select(id => (id, UsageEntry.Settled))], cancellation);
        foreach (var row in waiting)
        {
            if (!there.Contains((row.RequestId, row.Kind)) && budget.HeadOf(row.Spender, row.Model) == head)
            {
                var key = budget.Period is BudgetPeriod.Rolling ? BudgetWindow.At(budget, Instants.From(row.StartedAt)).Start : from;
                sums[key] = sums.GetValueOrDefault(key) + row.CostNanoDollars;
            }
        }

        there.UnionWith(waiting.Select(w => (w.RequestId, w.Kind)));
        return new SpendState(sums, arrived.Where(id => there.Contains((id, UsageEntry.Settled))).ToHashSet(StringComparer.Ordinal), others);
    }

    private static async Task<HashSet<(string RequestId, string Kind)>> ThereAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, List<(string RequestId, string Kind)> rows, CancellationToken cancellation)
    {
        var there = new HashSet<(string, string)>();
        if (rows.Count == 0)
        {
            return there;
        }

        await using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = """
            SELECT request_id, kind FROM usage JOIN unnest($1::text[], $2::text[]) AS asked(request_id, kind) USING (request_id, kind)
            """;
        command.Parameters.Add(Texts(rows.Select(r => r.RequestId)));
        command.Parameters.Add(Texts(rows.Select(r => r.Kind)));
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
        {
            there.Add((row.GetString(0), row.GetString(1)));
        }

        return there;
    }

    private static NpgsqlParameter<string[]> Texts(IEnumerable<string> texts) =>
        new() { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text, TypedValue = [.. texts] };
}
