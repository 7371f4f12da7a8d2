using Latchkey.Gateway.Admin.Usage;

namespace Latchkey.Gateway.Storage.Usage;

/// <summary>Where a dimension is found in rows and in the roll-ups that know it.</summary>
/// <param name="Name">What it is called in a statement.</param>
/// <param name="IsText">A text; else a whole number.</param>
/// <param name="Row">Its expression over rows, never null.</param>
/// <param name="Hour">Its expression over <c>usage_hour</c>.</param>
/// <param name="Day">Its expression over <c>usage_day</c>.</param>
internal sealed record DimensionColumn(SqlFragment Name, bool IsText, SqlFragment Row, SqlFragment? Hour, SqlFragment? Day)
{
    private static readonly SqlFragment Organization = SqlFragment.Constant("org_id");
    private static readonly SqlFragment Model = SqlFragment.Constant("model");
    private static readonly SqlFragment Device = SqlFragment.Constant("device_id");
    private static readonly SqlFragment User = SqlFragment.Constant("user_id");
    private static readonly SqlFragment Key = SqlFragment.Constant("key_fingerprint");
    private static readonly SqlFragment HourName = SqlFragment.Constant("hour");
    private static readonly SqlFragment DayName = SqlFragment.Constant("day");

    public static DimensionColumn Of(UsageDimension dimension) => dimension switch
    {
        UsageDimension.Device => new(Device, true, Device, null, Device),
        UsageDimension.User => new(User, true, SqlFragment.Constant("COALESCE(user_id, '')"), null, User),
        UsageDimension.Organization => new(Organization, true, SqlFragment.Constant("COALESCE(org_id, '')"), Organization, Organization),
        UsageDimension.Model => new(Model, true, Model, Model, Model),
        UsageDimension.Hour => new(HourName, false, SqlFragment.Constant("started_at / 3600000000"), HourName, null),
        UsageDimension.Day => new(DayName, false, SqlFragment.Constant("started_at / 86400000000"), SqlFragment.Constant("hour / 24"), DayName),
        UsageDimension.Key => new(Key, true, SqlFragment.Constant("COALESCE(key_fingerprint, '')"), Key, null),
        UsageDimension.Session => OfRows(SqlFragment.Constant("client_session_id"), SqlFragment.Constant("COALESCE(client_session_id, '')")),
        UsageDimension.Agent => OfRows(SqlFragment.Constant("client_agent_id"), SqlFragment.Constant("COALESCE(client_agent_id, '')")),
        UsageDimension.ParentAgent => OfRows(SqlFragment.Constant("client_parent_agent_id"), SqlFragment.Constant("COALESCE(client_parent_agent_id, '')")),
        _ => throw new ArgumentOutOfRangeException(nameof(dimension), dimension, null),
    };

    public SqlFragment In(RollUp? source) => source switch
    {
        RollUp.Hour => Hour!.Value,
        RollUp.Day => Day!.Value,
        _ => Row,
    };

    private static DimensionColumn OfRows(SqlFragment name, SqlFragment row) => new(name, true, row, null, null);
}
