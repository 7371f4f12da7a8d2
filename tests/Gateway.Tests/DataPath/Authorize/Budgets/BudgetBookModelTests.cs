using CsCheck;
using Latchkey.Gateway.DataPath.Authorize.Budgets;

namespace Latchkey.Gateway.Tests.DataPath.Authorize.Budgets;

/// <summary>Random histories: whatever the order of events, a strict budget isn't overspent, a rolling one by a slice for each open call at most.</summary>
public class BudgetBookModelTests
{
    private const long Limit = 10_000;
    private const long Slice = 100;

    private static readonly Gen<(int Kind, int Which, int Size)[]> Histories =
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 30], Gen.Int[1, 2_500]).Array[1, 300];

    [Fact]
    public void no_history_overspends_a_strict_budget() => Histories.Sample(history =>
    {
        var book = Some.Book(Some.Budget(limit: Limit));
        var claims = book.Claims();
        var open = new List<(BudgetHold Hold, long Bound)>();
        long spent = 0;
        var id = 0;
        foreach (var (kind, which, size) in history)
        {
            switch (kind)
            {
                case 0 or 1:
                    if (book.Reserve(claims, Some.Amounts(size), Some.Noon) is BudgetAnswer.Held held)
                    {
                        open.Add((held.Hold, size));
                    }

                    break;
                case 2 when open.Count > 0:
                    var (hold, bound) = open[which % open.Count];
                    var cost = Math.Min(bound, size);
                    book.SettleNow(hold, Some.Row(cost, $"req_{id++}"));
                    spent += cost;
                    open.RemoveAt(which % open.Count);
                    break;
                case 3 when open.Count > 0:
                    book.Release(open[which % open.Count].Hold);
                    open.RemoveAt(which % open.Count);
                    break;
            }

            var figures = book.FiguresOf(claims, Some.Noon).Single();
            figures.Spent.Should().Be(spent).And.BeLessThanOrEqualTo(Limit);
            figures.Reserved.Should().Be(open.Sum(o => o.Bound));
            (figures.Spent + figures.Reserved).Should().BeLessThanOrEqualTo(Limit);
        }
    });

    [Fact]
    public void a_rolling_budget_is_overspent_by_a_slice_for_each_open_call_at_most() => Histories.Sample(history =>
    {
        var book = Some.Book(Some.Budget(limit: Limit, mode: BudgetMode.Rolling));
        var claims = book.Claims();

        // Each call has used up all but a part of what it holds, and its truth may come out a slice dearer.
        var open = new List<(BudgetHold Hold, long Held)>();
        long spent = 0;
        var peak = 0;
        var id = 0;
        foreach (var (kind, which, size) in history)
        {
            switch (kind)
            {
                case 0:
                    if (book.Reserve(claims, Some.Amounts(long.MaxValue / 8, Slice), Some.Noon) is BudgetAnswer.Held held)
                    {
                        open.Add((held.Hold, Slice));
                    }

                    break;
                case 1 or 2 when open.Count > 0:
                    var at = which % open.Count;
                    if (book.TryResize(open[at].Hold, Some.Amounts(long.MaxValue / 8, open[at].Held + Slice)))
                    {
                        open[at] = (open[at].Hold, open[at].Held + Slice);
                    }

                    break;
                case 3 when open.Count > 0:
                    at = which % open.Count;
                    var cost = open[at].Held + (size % (Slice + 1));
                    book.SettleNow(open[at].Hold, Some.Row(cost, $"req_{id++}"));
                    spent += cost;
                    open.RemoveAt(at);
                    break;
            }

            peak = Math.Max(peak, open.Count + id);
            book.FiguresOf(claims, Some.Noon).Single().Reserved.Should().Be(open.Sum(o => o.Held));
            spent.Should().BeLessThanOrEqualTo(Limit + (peak * Slice));
        }
    });
}
