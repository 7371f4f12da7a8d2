using System.Globalization;
using Latchkey.Cli.Output;
using Spectre.Console;

namespace Latchkey.Cli.Usage;

/// <summary>Usage, budgets and limits as tables.</summary>
internal sealed class UsageTables(Terminal terminal, TimeProvider time)
{
    private readonly IAnsiConsole _console = Open(terminal);

    public void Write(IReadOnlyList<UsageGroup> groups, string dimension, string period)
    {
        terminal.Output.WriteLine($"Used {period}:");
        if (groups.Count == 0)
        {
            terminal.Output.WriteLine("  nothing");
            return;
        }

        var table = NewTable(char.ToUpperInvariant(dimension[0]) + dimension[1..], "Calls", "Input", "Cache written", "Cache read", "Output", "Cost");
        foreach (var group in groups)
        {
            Row(table, NameOf(group, dimension), group);
        }

        if (groups.Count > 1)
        {
            table.AddEmptyRow();
            Row(table, "together", Sum(groups));
        }

        _console.Write(table);
    }

    public void Write(IReadOnlyList<BudgetEntry> budgets)
    {
        if (budgets.Count == 0)
        {
            return;
        }

        terminal.Output.WriteLine();
        terminal.Output.WriteLine("Budgets:");
        var table = NewTable("Budget", "Spent", "Held by calls", "Left", "Limit", "Resets");
        foreach (var (terms, accounts) in budgets)
        {
            foreach (var account in accounts)
            {
                table.AddRow(
                    Plain(terms.Name.Length > 0 ? terms.Name : terms.Id),
                    Plain(Figures.Dollars(account.SpentUsd)),
                    Plain(Figures.Dollars(account.ReservedUsd)),
                    Plain(Figures.Dollars(account.LeftUsd)),
                    Plain($"{Figures.Dollars(terms.LimitUsd)} {Per(terms)}"),
                    Plain(Resets(account)));
            }
        }

        _console.Write(table);
    }

    public void Write(IReadOnlyList<UsageLimit> limits)
    {
        if (limits.Count == 0)
        {
            return;
        }

        terminal.Output.WriteLine();
        terminal.Output.WriteLine("Limits of this device:");
        foreach (var limit in limits)
        {
            var resets = limit.ResetsAt is { } at && at > time.GetUtcNow() ? $", new in {Instants.Length(at - time.GetUtcNow())}" : "";
            var kind = limit.Kind.Replace('-', ' ');
            terminal.Output.WriteLine($"  {kind}: {Figures.Count(limit.Remaining)} of {Figures.Count(limit.Limit)} left{resets}");
        }
    }

    public static UsageGroup Sum(IReadOnlyList<UsageGroup> groups) => new()
    {
        Requests = groups.Sum(g => g.Requests),
        InputTokens = groups.Sum(g => g.InputTokens),
        OutputTokens = groups.Sum(g => g.OutputTokens),
        CacheCreationInputTokens = groups.Sum(g => g.CacheCreationInputTokens),
        CacheReadInputTokens = groups.Sum(g => g.CacheReadInputTokens),
        CostUsd = groups.Sum(g => g.CostUsd),
    };

    private static string NameOf(UsageGroup group, string dimension) => dimension switch
    {
        "day" => group.Day,
        "session" => group.ClientSessionId,
        _ => group.Model,
    } ?? "–";

    private static string Per(BudgetTerms terms) => terms.Period switch
    {
        "total" => "in all",
        "rolling" => $"in {terms.RollingHours} h",
        _ => $"a {terms.Period}",
    };

    private string Resets(BudgetAccount account) =>
        DateTimeOffset.TryParse(account.ResetsAt, CultureInfo.InvariantCulture, out var at) ? Instants.Text(at, time) : "–";

    private static void Row(Table table, string name, UsageGroup group) => table.AddRow(
        Plain(name),
        Plain(Figures.Count(group.Requests)),
        Plain(Figures.Count(group.InputTokens)),
        Plain(Figures.Count(group.CacheCreationInputTokens)),
        Plain(Figures.Count(group.CacheReadInputTokens)),
        Plain(Figures.Count(group.OutputTokens)),
        Plain(Figures.Dollars(group.CostUsd)));

    private static Table NewTable(params string[] columns)
    {
        var table = new Table { Border = TableBorder.Simple };
        for (var i = 0; i < columns.Length; i++)
        {
            table.AddColumn(new TableColumn(Plain(columns[i])) { Alignment = i == 0 ? Justify.Left : Justify.Right, NoWrap = true });
        }

        return table;
    }

    /// <summary>What a gateway sends isn't markup.</summary>
    private static Text Plain(string text) => new(text);

    private static IAnsiConsole Open(Terminal terminal)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = terminal.Colors ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = terminal.Colors ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(terminal.Output),
        });
        console.Profile.Width = terminal.Width;
        return console;
    }
}
