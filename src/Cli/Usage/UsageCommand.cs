using System.CommandLine;
using System.Text.Json.Nodes;
using Latchkey.Cli.Connection;
using Latchkey.Cli.Output;
using Latchkey.Protocol;

namespace Latchkey.Cli.Usage;

/// <summary>Tells the person what they have used, what it cost, and what is left.</summary>
internal static class UsageCommand
{
    public static readonly string[] Dimensions = ["model", "day", "session"];

    public static Command Define(Surroundings at)
    {
        var period = new Option<string>("--period") { Description = "day, week, month (default), year or all.", DefaultValueFactory = _ => "month" };
        period.AcceptOnlyFromAmong(UsagePeriod.Names);
        var by = new Option<string>("--by")
        {
            Description = "What it is summed by: model (default), day or session.",
            DefaultValueFactory = _ => "model",
        };
        by.AcceptOnlyFromAmong(Dimensions);
        var json = CommonOptions.Json();
        var command = new Command("usage", "Tell what this device has used, what it cost, and what is left.") { period, by, json };
        command.SetAction(parsed => Run(parsed.GetValue(period)!, parsed.GetValue(by)!, parsed.GetValue(json), at.Terminal, at.Time));
        at.Help.Examples(command, "latchkey usage", "latchkey usage --period week --by day");
        return command;
    }

    private static int Run(string period, string dimension, bool json, Terminal terminal, TimeProvider time) =>
        CommandFrame.Run(terminal, json, () => RunAsync(period, dimension, json, terminal, time));

    private static async Task<int> RunAsync(string period, string dimension, bool json, Terminal terminal, TimeProvider time)
    {
        var session = Session.Open(time);
        await using (session.ConfigureAwait(false))
        {
            var access = await session.Client.GetAccessAsync().ConfigureAwait(false);
            if (access.IsDirect)
            {
                throw session.WithoutGateway("Usage is told by a gateway.");
            }

            using var desk = new UsageDesk(session.Client);
            var waiting = new Waiting(terminal, time);
            var from = UsagePeriod.Begin(period, time.GetUtcNow());
            var what = $"asking {session.GatewayName}";
            var groups = await waiting.ForAsync(what, desk.SummaryAsync(from, dimension)).ConfigureAwait(false);
            var budgets = await waiting.ForAsync(what, desk.BudgetsAsync()).ConfigureAwait(false);
            var limits = await waiting.ForAsync(what, desk.LimitsAsync()).ConfigureAwait(false);
            if (json)
            {
                JsonText.Write(terminal.Output, Json(period, from, groups, budgets, limits));
                return ExitCode.Ok;
            }

            var tables = new UsageTables(terminal, time);
            tables.Write(groups, dimension, UsagePeriod.Words(period));
            tables.Write(budgets);
            tables.Write(limits);
            return ExitCode.Ok;
        }
    }

    private static JsonObject Json(
        string period,
        DateTimeOffset? from,
        IReadOnlyList<UsageGroup> groups,
        IReadOnlyList<BudgetEntry> budgets,
        IReadOnlyList<UsageLimit> limits) => new()
        {
            ["period"] = period,
            ["from"] = from is { } begin ? ProtocolJson.Instant(begin) : null,
            ["total"] = Json(UsageTables.Sum(groups)),
            ["groups"] = new JsonArray([.. groups.Select(g => (JsonNode)Json(g))]),
            ["budgets"] = new JsonArray([.. budgets.SelectMany(b => b.Accounts.Select(a => (JsonNode)Json(b.Budget, a)))]),
            ["limits"] = new JsonArray([.. limits.Select(l => (JsonNode)new JsonObject
            {
                ["kind"] = l.Kind,
                ["limit"] = l.Limit,
                ["remaining"] = l.Remaining,
                ["resets_at"] = l.ResetsAt is { } at ? ProtocolJson.Instant(at) : null,
            })]),
        };

    private static JsonObject Json(UsageGroup group)
    {
        var json = new JsonObject();
        (string, string?)[] dimensions = [("model", group.Model), ("day", group.Day), ("session", group.ClientSessionId)];
        foreach (var (name, value) in dimensions)
        {
            if (value is not null)
            {
                json[name] = value;
            }
        }

        json["requests"] = group.Requests;
        json["input_tokens"] = group.InputTokens;
        json["cache_creation_input_tokens"] = group.CacheCreationInputTokens;
        json["cache_read_input_tokens"] = group.CacheReadInputTokens;
        json["output_tokens"] = group.OutputTokens;
        json["cost_usd"] = group.CostUsd;
        return json;
    }

    private static JsonObject Json(BudgetTerms terms, BudgetAccount account) => new()
    {
        ["id"] = terms.Id,
        ["name"] = terms.Name,
        ["period"] = terms.Period,
        ["limit_usd"] = terms.LimitUsd,
        ["spent_usd"] = account.SpentUsd,
        ["reserved_usd"] = account.ReservedUsd,
        ["left_usd"] = account.LeftUsd,
        ["resets_at"] = account.ResetsAt,
    };
}
