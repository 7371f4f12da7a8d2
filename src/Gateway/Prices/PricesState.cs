using Latchkey.Claude;

namespace Latchkey.Gateway.Prices;

/// <summary>Which prices are in force, and what is wrong with those that should be.</summary>
/// <param name="Book">The book in force.</param>
/// <param name="Since">Since when: the gateway's start, or the reload that brought it.</param>
/// <param name="Problem">Why what the files say now isn't in force; null when it is.</param>
/// <param name="ProblemSince">Since when; null without a problem.</param>
internal sealed record PricesState(PriceBook Book, DateTimeOffset Since, string? Problem, DateTimeOffset? ProblemSince);
