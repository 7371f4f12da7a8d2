using System.Globalization;

namespace Latchkey.Durability;

/// <summary>One gateway that is measured.</summary>
/// <param name="Name">What the tables call it.</param>
/// <param name="Keeps">It keeps its ledger, as the product always does; without it the bench has put one in its place that writes nothing.</param>
/// <param name="Budgets">Budgets that are set, as <c>POST /admin/budgets</c> takes them.</param>
/// <param name="Rows">Rows that its ledger has at the beginning.</param>
internal sealed record Variant(string Name, bool Keeps, IReadOnlyList<string> Budgets, int Rows)
{
    public static IReadOnlyList<Variant> OfDurability { get; } =
    [
        new("without", Keeps: false, [], 0),
        new("with", Keeps: true, [], 0),
        new("and budgets", Keeps: true, [Shared("strict"), Shared("rolling"), Shared("soft")], 0),
    ];

    public static IReadOnlyList<Variant> OfBudgets(int count) =>
    [
        new("no budget", Keeps: true, [], 0),
        new(Counted(count, "budget"), Keeps: true, [.. Enumerable.Range(0, count).Select(PerHead)], 0),
    ];

    public static IReadOnlyList<Variant> OfGrowth(int rows) =>
    [
        new("empty", Keeps: true, [], 0),
        new(Counted(rows, "row"), Keeps: true, [], rows),
    ];

    private static string Counted(int count, string what) => string.Create(CultureInfo.InvariantCulture, $"{count:N0} {what}{(count == 1 ? "" : "s")}");

    private static string Shared(string mode) =>
        $$"""{"id": "{{mode}}", "scope": "everything", "period": "month", "limit_usd": 1000000, "mode": "{{mode}}"}""";

    /// <summary>Each mode and period in turn, so that none of them is left out.</summary>
    private static string PerHead(int i) =>
        $$"""
        {"id": "b{{i}}", "scope": "device", "per_head": true, "limit_usd": 1000000, "mode": "{{(i % 3) switch { 0 => "rolling", 1 => "strict", _ => "soft" }}}",
         "period": {{(i % 4) switch { 0 => "\"month\"", 1 => "\"day\"", 2 => "\"total\"", _ => "\"rolling\", \"rolling_hours\": 24" }}}}
        """;
}
