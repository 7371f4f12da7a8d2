using System.Globalization;
using Latchkey.Protocol;

namespace Latchkey.Gateway.Admin.Usage;

/// <summary>What a dimension is called, and how its values are shown.</summary>
internal static class DimensionName
{
    private static readonly (UsageDimension Dimension, string Parameter, string Field)[] All =
    [
        (UsageDimension.Device, "device", "device_id"),
        (UsageDimension.User, "user", "user_id"),
        (UsageDimension.Organization, "organization", "org_id"),
        (UsageDimension.Model, "model", "model"),
        (UsageDimension.Hour, "hour", "hour"),
        (UsageDimension.Day, "day", "day"),
        (UsageDimension.Key, "key", "key_fingerprint"),
        (UsageDimension.Session, "session", "client_session_id"),
        (UsageDimension.Agent, "agent", "client_agent_id"),
        (UsageDimension.ParentAgent, "parent_agent", "client_parent_agent_id"),
    ];

    /// <summary>What <c>group_by</c> takes.</summary>
    public static readonly string Parameters = string.Join(", ", All.Select(d => d.Parameter));

    public static string ParameterOf(UsageDimension dimension) => All.First(d => d.Dimension == dimension).Parameter;

    /// <summary>The field's name in answers: the same as in rows.</summary>
    public static string FieldOf(UsageDimension dimension) => All.First(d => d.Dimension == dimension).Field;

    /// <summary>Its values are texts; else whole numbers of hours or days since 1970.</summary>
    public static bool IsText(UsageDimension dimension) => dimension is not (UsageDimension.Hour or UsageDimension.Day);

    /// <summary>The value as it is shown: null when the rows have none.</summary>
    public static string? Show(UsageDimension dimension, object value) => (dimension, value) switch
    {
        (UsageDimension.Hour, long hours) => ProtocolJson.Instant(DateTimeOffset.UnixEpoch.AddHours(hours)),
        (UsageDimension.Day, long days) => DateTimeOffset.UnixEpoch.AddDays(days).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        (_, string { Length: > 0 } text) => text,
        _ => null,
    };

    /// <summary>A list such as <c>device,day</c>; empty for none.</summary>
    public static IReadOnlyList<UsageDimension> Read(UsageParameters parameters, string name)
    {
        var dimensions = new List<UsageDimension>();
        foreach (var part in parameters.Text(name)?.Split(',') ?? [])
        {
            var found = Array.Find(All, d => d.Parameter == part);
            if (found.Parameter is null || dimensions.Contains(found.Dimension))
            {
                parameters.Refuse(name, $"is a list, separated by commas, of {Parameters}, each once at most.");
                return [];
            }

            dimensions.Add(found.Dimension);
        }

        return dimensions;
    }
}
