using CsCheck;
using Latchkey.Gateway.DataPath.Authorize;

namespace Latchkey.Gateway.Tests.Storage;

/// <summary>Any sequence of takes, settlements and steps of the clock, held against the model.</summary>
internal static class CounterSteps
{
    public static readonly Gen<Plan> Any =
        from windowMillis in Gen.OneOf(Gen.Const(60_000L), Gen.Long[60_000, 61_000], Gen.Const(3_600_000L))
        from limit in Gen.Long[1, 40]
        from steps in Gen.OneOf(
            Gen.Long[0, 20].Select(Step (cost) => new Step.Take(cost)),
            Gen.Long[0, 60].Select(Gen.Int[0, 50], Step (actual, ticket) => new Step.Settle(actual, ticket)),
            Gen.OneOf(Gen.Long[0, 5], Gen.Long[0, windowMillis / 15], Gen.Long[0, windowMillis * 2]).Select(Step (millis) => new Step.Wait(millis)),
            Gen.Const<Step>(new Step.WaitForRetry())).List[1, 60]
        select new Plan(windowMillis, limit, steps);

    public static async Task HoldAsync(ICounterBench bench, Plan plan, string key)
    {
        var model = new WindowModel(plan.WindowMillis);
        var open = new List<(CounterTicket Ticket, WindowModel.Cost? Reserved, long Cost)>();
        var retry = (After: 0L, Cost: 0L);
        var exceeded = false;
        foreach (var step in plan.Steps)
        {
            switch (step)
            {
                case Step.Take(var wanted):
                    var cost = Math.Min(wanted, plan.Limit);
                    await TakeAsync(cost);
                    break;
                case Step.Wait(var millis):
                    await AdvanceAsync(millis);
                    break;
                case Step.WaitForRetry when retry.After > 0:
                    var refused = retry;
                    await AdvanceAsync(refused.After - 1);
                    (await TakeAsync(refused.Cost)).Should().BeFalse("a millisecond is missing");
                    await AdvanceAsync(1);
                    (await TakeAsync(refused.Cost)).Should().BeTrue("retry-after has passed");
                    break;
                case Step.Settle(var actual, var index) when open.Count > 0:
                    var (ticket, reserved, was) = open[index % open.Count];
                    open.RemoveAt(index % open.Count);
                    await bench.Counters.SettleAsync(ticket, new[] { actual });
                    retry = default;
                    if (actual > was)
                    {
                        model.Add(actual - was);
                        exceeded = true;
                    }
                    else if (reserved is not null && model.IsLive(reserved))
                    {
                        reserved.Amount = actual;
                    }

                    break;
            }
        }

        async Task AdvanceAsync(long millis)
        {
            await bench.AdvanceAsync(TimeSpan.FromMilliseconds(millis));
            model.Advance(millis);
            retry = default;
        }

        async Task<bool> TakeAsync(long cost)
        {
            var entry = CounterEntry.OfWindow(key, plan.Limit, cost, TimeSpan.FromMilliseconds(plan.WindowMillis));
            var answer = await bench.Counters.TakeAsync(Claims.Of(entry), CancellationToken.None);
            var fits = model.Fits(plan.Limit, cost);
            (answer is CounterAnswer.Granted).Should().Be(fits);
            var retryAfter = fits ? 0 : model.RetryAfter(plan.Limit, cost);
            retry = (retryAfter, cost);
            if (answer is CounterAnswer.Granted granted)
            {
                open.Add((granted.Ticket, cost > 0 ? model.Add(cost) : null, cost));
            }

            answer.Figures[0].Should().Be(new CounterFigure(
                plan.Limit,
                Math.Max(0, plan.Limit - model.Used),
                TimeSpan.FromMilliseconds(model.ResetAfter()),
                TimeSpan.FromMilliseconds(retryAfter)));
            if (!exceeded)
            {
                model.Young.Should().BeLessThanOrEqualTo(plan.Limit, "no window is granted more than the limit");
            }

            return fits;
        }
    }

    internal sealed record Plan(long WindowMillis, long Limit, List<Step> Steps)
    {
        public override string ToString() => $"limit {Limit} per {WindowMillis} ms: {string.Join("; ", Steps)}";
    }

    internal abstract record Step
    {
        private Step()
        {
        }

        public sealed record Take(long Cost) : Step;

        public sealed record Settle(long Actual, int Ticket) : Step;

        public sealed record Wait(long Millis) : Step;

        public sealed record WaitForRetry : Step;
    }
}
