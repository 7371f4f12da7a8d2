using System.Data.Common;
using System.Globalization;
using System.Text;
using Latchkey.Gateway.DataPath.Authorize.Budgets;

namespace Latchkey.Gateway.Storage.Usage;

/// <summary>
/// What a budget's head has spent, in SQL that every store understands: whole hours and days from the roll-ups, the rest from rows.
/// What belongs to the budget is decided by the budget itself, row by row of the grouped result.
/// </summary>
internal sealed class SpendQuery(Budget budget, string head)
{
    private const long Hour = 3_600_000_000;
    private const long Day = 24 * Hour;

    private readonly bool _byHour = budget.Period is BudgetPeriod.Rolling;

    /// <summary>The column that says whose money it was; null for everybody's.</summary>
    private readonly string? _member = budget.Scope switch
    {
        BudgetScope.Organization => "org_id",
        BudgetScope.User => "user_id",
        BudgetScope.Device => "device_id",
        _ => null,
    };

    /// <summary>Adds up, by hour for a rolling period and otherwise under the window's beginning.</summary>
    /// <param name="connection">Within a transaction that sees one state.</param>
    /// <param name="transaction">That transaction.</param>
    /// <param name="from">First instant.</param>
    /// <param name="to">First instant that is too late.</param>
    public Dictionary<DateTimeOffset, long> Sum(DbConnection connection, DbTransaction transaction, DateTimeOffset from, DateTimeOffset? to)
    {
        var sums = new Dictionary<DateTimeOffset, long>();
        var (first, last) = (Instants.Of(from), to is { } end ? Instants.Of(end) : long.MaxValue);

        // Devices and users have roll-ups by the day only, so a rolling period of theirs is read from rows.
        var unit = _member is "user_id" or "device_id" ? Day : Hour;
        if (_byHour && unit == Day)
        {
            Rows(first, last);
            return sums;
        }

        var wholeFrom = first % unit == 0 ? first : ((first / unit) + 1) * unit;
        var wholeTo = last == long.MaxValue ? last : last / unit * unit;
        if (wholeFrom >= wholeTo)
        {
            Rows(first, last);
            return sums;
        }

        Rows(first, wholeFrom);
        Run(unit == Day ? "usage_day" : "usage_hour", unit == Day ? "day" : "hour", wholeFrom / unit, wholeTo == long.MaxValue ? wholeTo : wholeTo / unit);
        Rows(wholeTo, last);
        return sums;

        void Rows(long start, long stop)
        {
            if (start < stop)
            {
                Run("usage", "started_at", start, stop);
            }
        }

        void Run(string table, string time, long start, long stop)
        {
            using var command = connection.CreateCommand();
            command.Transaction = transaction;
            var hour = !_byHour ? "0" : table == "usage" ? $"started_at / {Hour}" : "hour";
            var member = _member ?? "''";
            var sql = new StringBuilder().Append(CultureInfo.InvariantCulture, $"SELECT {hour}, {member}, model, SUM(cost_nano_usd) FROM {table} WHERE {time} >= @start AND {time} < @stop");
            if (_member is not null && Wanted() is { Count: > 0 } wanted)
            {
                sql.Append(CultureInfo.InvariantCulture, $" AND {_member} IN ({string.Join(", ", wanted.Select((_, i) => $"@m{i}"))})");
                for (var i = 0; i < wanted.Count; i++)
                {
                    Bind(command, $"m{i}", wanted[i]);
                }
            }

            sql.Append(" GROUP BY 1, 2, 3");
#pragma warning disable CA2100 // Names of tables and columns from this file; values are parameters.
            command.CommandText = sql.ToString();
#pragma warning restore CA2100
            Bind(command, "start", start);
            Bind(command, "stop", stop);
            using var row = command.ExecuteReader();
            while (row.Read())
            {
                var whose = row.IsDBNull(1) ? null : row.GetString(1);
                if (budget.HeadOf(SpenderOf(whose), row.GetString(2)) != head)
                {
                    continue;
                }

                var key = _byHour ? Instants.From(row.GetInt64(0) * Hour) : from;
                sums[key] = sums.GetValueOrDefault(key) + Convert.ToInt64(row.GetValue(3), CultureInfo.InvariantCulture);
            }
        }
    }

    private List<string> Wanted() => head.Length > 0 ? [head] : budget.Members.Count <= 100 ? [.. budget.Members] : [];

    private Spender SpenderOf(string? member) => budget.Scope switch
    {
        BudgetScope.Organization => new Spender("", null, member),
        BudgetScope.User => new Spender("", member, null),
        BudgetScope.Device => new Spender(member ?? "", null, null),
        _ => new Spender("", null, null),
    };

    private static void Bind(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = "@" + name;
        parameter.Value = value;
        command.Parameters.Add(parameter);
    }
}
