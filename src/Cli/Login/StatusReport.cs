using System.Text.Json.Nodes;
using Latchkey.Cli.Connection;
using Latchkey.Cli.Output;
using Latchkey.Client;
using Latchkey.Protocol;

namespace Latchkey.Cli.Login;

/// <summary>Says how things stand: what <c>login</c>, <c>status</c> and <c>refresh</c> end with.</summary>
internal static class StatusReport
{
    /// <returns>The exit code that goes with it.</returns>
    public static async Task<int> WriteAsync(Session session, LatchkeyStatus status, bool json, Terminal terminal, TimeProvider time)
    {
        var access = await AccessAsync(session).ConfigureAwait(false);
        var hasKey = await session.Client.HasOwnKeyAsync().ConfigureAwait(false);
        var code = access is null || status.State == LatchkeyState.Degraded ? CommandFrame.CodeOf(status) : ExitCode.Ok;
        if (json)
        {
            JsonText.Write(terminal.Output, Json(session, status, access, hasKey, code));
            return code;
        }

        var facts = access is null ? null : TokenFacts.Of(access);
        terminal.Output.WriteLine(code == ExitCode.Ok ? terminal.Green(status.Message) : terminal.Red(status.Message));
        if (status.Advice is not null)
        {
            terminal.Output.WriteLine(status.Advice);
        }

        Line(terminal, "Gateway", session.Options.Enabled ? $"{session.Options.BootstrapUrl} (from {Origin(session.Options)})" : null);
        Line(terminal, "Calls go to", access?.BaseAddress);
        Line(terminal, "Token until", access?.ExpiresAt is { } end ? Instants.Text(end, time) : null);
        Line(terminal, "Models", access?.Models is { } models ? string.Join(", ", models) : null);
        Line(terminal, "User", facts?.User);
        Line(terminal, "Organisation", facts?.Organization);
        Line(terminal, "Device", session.Client.DeviceId);
        Line(terminal, "Secrets", session.Client.StoreDescription);
        Line(terminal, "Own key", hasKey ? "kept, for when there is no gateway" : "none");
        return code;
    }

    /// <summary>Where the gateway's address comes from, in words.</summary>
    public static string Origin(LatchkeyOptions options) => options.Origin is null or "environment" ? "the environment" : options.Origin;

    private static async Task<LatchkeyAccess?> AccessAsync(Session session)
    {
        try
        {
            return await session.Client.GetAccessAsync().ConfigureAwait(false);
        }
        catch (LatchkeyException)
        {
            // The status says it.
            return null;
        }
    }

    private static void Line(Terminal terminal, string name, string? value)
    {
        if (value is not null)
        {
            terminal.Output.WriteLine($"{name + ":",-14}{value}");
        }
    }

    private static JsonObject Json(Session session, LatchkeyStatus status, LatchkeyAccess? access, bool hasKey, int code) => new()
    {
        ["state"] = status.State.ToString(),
        ["message"] = status.Message,
        ["advice"] = status.Advice,
        ["gateway"] = session.Options.Enabled ? session.Options.BootstrapUrl?.AbsoluteUri : null,
        ["origin"] = session.Options.Origin,
        ["base_url"] = access?.BaseAddress,
        ["expires_at"] = access?.ExpiresAt is { } end ? ProtocolJson.Instant(end) : null,
        ["models"] = access?.Models is { } models ? new JsonArray([.. models.Select(m => (JsonNode)JsonValue.Create(m)!)]) : null,
        ["user_id"] = access is null ? null : TokenFacts.Of(access).User,
        ["org_id"] = access is null ? null : TokenFacts.Of(access).Organization,
        ["device_id"] = session.Client.DeviceId,
        ["store"] = session.Client.StoreDescription,
        ["own_key"] = hasKey,
        ["exit_code"] = code,
    };
}
