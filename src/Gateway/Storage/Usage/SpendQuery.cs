using System.Data.Common;
using Latchkey.Gateway.DataPath.Authorize.Budgets;

namespace Latchkey.Gateway.Storage.Usage;

/// <summary>
/// What a budget's head has spent, in SQL that every store understands: whole hours and days from the roll-ups, the rest from rows.
/// What belongs to the budget is decided by the budget itself, line by line of the grouped result.
/// </summary>
internal sealed class SpendQuery
{
    private const long Hour = 3_600_000_000;
    private const long Day = 24 * Hour;

    /// <summary>More members than this are sorted out here instead of by the store.</summary>
    private const int MaxNamed = 100;

    private static readonly SqlFragment Rows = SqlFragment.Constant("usage");
    private static readonly SqlFragment StartedAt = SqlFragment.Constant("started_at");
    private static readonly SqlFragment HourOfRow = SqlFragment.Constant("started_at / 3600000000");
    private static readonly SqlFragment HourOfSums = SqlFragment.Constant("hour");
    private static readonly SqlFragment DayOfSums = SqlFragment.Constant("day");
    private static readonly SqlFragment Hours = SqlFragment.Constant("usage_hour");
    private static readonly SqlFragment Days = SqlFragment.Constant("usage_day");
    private static readonly SqlFragment Zero = SqlFragment.Constant("0");
    private static readonly SqlFragment Nobody = SqlFragment.Constant("''");
    private static readonly SqlFragment Comma = SqlFragment.Constant(", ");

    private readonly Budget _budget;
    private readonly string _head;
    private readonly bool _byHour;

    /// <summary>The column that says whose money it was; null for everybody's.</summary>
    private readonly SqlFragment? _member;

    /// <summary>Those whose money is asked for; empty when the store needn't choose.</summary>
    private readonly IReadOnlyList<string> _named;

    private readonly GatewayFilter? _gateways;

    /// <param name="budget">Whose scope and models are asked for.</param>
    /// <param name="head">Of a budget per head, which one; empty otherwise.</param>
    /// <param name="gateways">Whose rows count, in a store that has several gateways'; null for all.</param>
    public SpendQuery(Budget budget, string head, GatewayFilter? gateways = null)
    {
        (_budget, _head, _gateways) = (budget, head, gateways);
        _byHour = budget.Period is BudgetPeriod.Rolling;
        _member = budget.Scope switch
        {
            BudgetScope.Organization => SqlFragment.Constant("org_id"),
            BudgetScope.User => SqlFragment.Constant("user_id"),
            BudgetScope.Device => SqlFragment.Constant("device_id"),
            _ => null,
        };
        _named = _member is null ? [] : head.Length > 0 ? [head] : budget.Members.Count <= MaxNamed ? budget.Members : [];
    }

    /// <summary>Adds up: by hour for a rolling period, and otherwise under the beginning of the period.</summary>
    /// <param name="connection">To a store.</param>
    /// <param name="transaction">Sees one state of it; null if any state will do for each part.</param>
    /// <param name="from">First instant.</param>
    /// <param name="to">First instant that is too late; null for no end.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<Dictionary<DateTimeOffset, long>> SumAsync(
        DbConnection connection, DbTransaction? transaction, DateTimeOffset from, DateTimeOffset? to, CancellationToken cancellation)
    {
        var sums = new Dictionary<DateTimeOffset, long>();
        foreach (var part in Parts(Instants.Of(from), to is { } end ? Instants.Of(end) : long.MaxValue))
        {
            await using var command = Statement(part).On(connection);
            command.Transaction = transaction;
            await using var line = await command.ExecuteReaderAsync(cancellation);
            while (await line.ReadAsync(cancellation))
            {
                if (_budget.HeadOf(SpenderOf(line.IsDBNull(1) ? "" : line.GetString(1)), line.GetString(2)) == _head)
                {
                    var key = _byHour ? Instants.From(line.GetInt64(0) * Hour) : from;
                    sums[key] = sums.GetValueOrDefault(key) + line.GetInt64(3);
                }
            }
        }

        return sums;
    }

    /// <summary>Where each stretch of the period is read. Devices and users have roll-ups by the day only, so their hours are in the rows.</summary>
    private IEnumerable<Part> Parts(long from, long to)
    {
        var unit = _budget.Scope is BudgetScope.User or BudgetScope.Device ? Day : Hour;
        var wholeFrom = from % unit == 0 ? from : ((from / unit) + 1) * unit;
        var wholeTo = to == long.MaxValue ? to : to / unit * unit;
        if (wholeFrom >= wholeTo || (_byHour && unit == Day))
        {
            yield return OfRows(from, to);
            yield break;
        }

        if (from < wholeFrom)
        {
            yield return OfRows(from, wholeFrom);
        }

        var last = wholeTo == long.MaxValue ? wholeTo : wholeTo / unit;
        yield return unit == Day ? new Part(Days, Zero, DayOfSums, wholeFrom / unit, last) : new Part(Hours, HourOfSums, HourOfSums, wholeFrom / unit, last);
        if (wholeTo < to)
        {
            yield return OfRows(wholeTo, to);
        }
    }

    private static Part OfRows(long from, long to) => new(Rows, HourOfRow, StartedAt, from, to);

    private Sql Statement(Part part)
    {
        var statement = new Sql().Add(
            $"SELECT {(_byHour ? part.Hour : Zero)}, {_member ?? Nobody}, model, CAST(SUM(cost_nano_usd) AS BIGINT) FROM {part.Table} WHERE {part.Time} >= {part.From} AND {part.Time} < {part.To}");
        if (_gateways is { } gateways)
        {
            statement.Add($"{gateways.Condition}{gateways.GatewayId}");
        }

        if (_named.Count > 0)
        {
            statement.Add($" AND {_member!.Value} IN (").AddEach(Comma, _named, (sql, name) => sql.Add($"{name}")).Add($")");
        }

        return statement.Add($" GROUP BY 1, 2, 3");
    }

    private Spender SpenderOf(string member) => _budget.Scope switch
    {
        BudgetScope.Organization => new Spender("", null, member),
        BudgetScope.User => new Spender("", member, null),
        BudgetScope.Device => new Spender(member, null, null),
        _ => default,
    };

    private readonly record struct Part(SqlFragment Table, SqlFragment Hour, SqlFragment Time, long From, long To);
}

/// <summary>Which gateways' rows count.</summary>
internal sealed record GatewayFilter
{
    private GatewayFilter(SqlFragment condition, string gatewayId) => (Condition, GatewayId) = (condition, gatewayId);

    public SqlFragment Condition { get; }

    public string GatewayId { get; }

    public static GatewayFilter Only(string gatewayId) => new(SqlFragment.Constant(" AND gateway_id = "), gatewayId);

    public static GatewayFilter AllBut(string gatewayId) => new(SqlFragment.Constant(" AND gateway_id <> "), gatewayId);
}
