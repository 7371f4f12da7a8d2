using Latchkey.Gateway.Admin.Usage;

namespace Latchkey.Gateway.Storage.Usage;

/// <summary>A filter as the conditions of a statement.</summary>
/// <param name="filter">What is asked.</param>
/// <param name="modelIsAlias">Nothing counts under the filter's model: it means the rows that asked for it.</param>
internal sealed class UsageConditions(UsageFilter filter, bool modelIsAlias)
{
    private static readonly SqlFragment And = SqlFragment.Constant(" AND ");

    /// <summary>What the filter looks at; an alias is known by rows only.</summary>
    public IEnumerable<UsageDimension> Dimensions => Equalities.Select(e => e.Dimension);

    /// <summary>Only rows know whether they pass.</summary>
    public bool OfRowsOnly => modelIsAlias;

    private IEnumerable<(UsageDimension Dimension, SqlFragment Column, string Value)> Equalities
    {
        get
        {
            (UsageDimension, SqlFragment, string?)[] all =
            [
                (UsageDimension.Device, SqlFragment.Constant("device_id"), filter.DeviceId),
                (UsageDimension.User, SqlFragment.Constant("user_id"), filter.UserId),
                (UsageDimension.Organization, SqlFragment.Constant("org_id"), filter.OrgId),
                (UsageDimension.Model, modelIsAlias ? SqlFragment.Constant("model_asked") : SqlFragment.Constant("model"), filter.Model),
                (UsageDimension.Session, SqlFragment.Constant("client_session_id"), filter.Session),
                (UsageDimension.Agent, SqlFragment.Constant("client_agent_id"), filter.Agent),
            ];
            return all.Where(e => e.Item3 is not null).Select(e => (e.Item1, e.Item2, e.Item3!));
        }
    }

    /// <summary>Adds the conditions; what counts the time is in units since 1970.</summary>
    public Sql AddTo(Sql sql, SqlFragment time, Period period, long unit)
    {
        sql.Add($" WHERE 1 = 1");
        foreach (var (_, column, value) in Equalities)
        {
            sql.Add($"{And}{column} = {value}");
        }

        if (filter.UserId is not null)
        {
            // What the index of sums by user is limited to: the database can't know it of a parameter.
            sql.Add($" AND user_id <> ''");
        }

        if (period.From is { } from)
        {
            sql.Add($"{And}{time} >= {from / unit}");
        }

        return period.To is { } to ? sql.Add($"{And}{time} < {to / unit}") : sql;
    }
}
