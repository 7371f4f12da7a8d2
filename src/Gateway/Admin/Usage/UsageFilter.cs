using System.Globalization;

namespace Latchkey.Gateway.Admin.Usage;

/// <summary>Which rows of the ledger are asked for; null means all.</summary>
internal sealed record UsageFilter
{
    /// <summary>The parameters that <see cref="Read"/> reads.</summary>
    public static readonly IReadOnlyList<string> Names = ["device_id", "user_id", "org_id", "model", "session", "agent", "from", "to"];

    /// <summary>Device that called.</summary>
    public string? DeviceId { get; init; }

    public string? UserId { get; init; }

    public string? OrgId { get; init; }

    /// <summary>What a row counts under; a name that nothing counts under means the rows that asked for it, as an alias does.</summary>
    public string? Model { get; init; }

    /// <summary>Claude Code's session, as the client said.</summary>
    public string? Session { get; init; }

    /// <summary>Claude Code's sub-agent, as the client said.</summary>
    public string? Agent { get; init; }

    /// <summary>First instant; null: as far back as the books are kept.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>First instant that is too late; null: to the last.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>All that it asks, to tell one question from another.</summary>
    public IEnumerable<string?> Marks => [DeviceId, UserId, OrgId, Model, Session, Agent, InstantMark(From), InstantMark(To)];

    /// <summary>From a query. A device sees its own rows, whatever it asks for.</summary>
    public static UsageFilter Read(UsageParameters parameters, string? onlyDevice)
    {
        var asked = parameters.Text("device_id");
        var filter = new UsageFilter
        {
            DeviceId = onlyDevice ?? asked,
            UserId = parameters.Text("user_id"),
            OrgId = parameters.Text("org_id"),
            Model = parameters.Text("model"),
            Session = parameters.Text("session"),
            Agent = parameters.Text("agent"),
            From = parameters.Instant("from"),
            To = parameters.Instant("to"),
        };
        if (filter.From >= filter.To)
        {
            parameters.Refuse("to", "must be later than from.");
        }

        return filter;
    }

    private static string? InstantMark(DateTimeOffset? instant) => instant?.UtcTicks.ToString(CultureInfo.InvariantCulture);
}
