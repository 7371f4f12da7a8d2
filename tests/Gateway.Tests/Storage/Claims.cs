using Latchkey.Gateway.DataPath.Authorize;

namespace Latchkey.Gateway.Tests.Storage;

internal static class Claims
{
    public static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private static int _permits;

    public static CounterClaim Of(params CounterEntry[] entries) => new($"permit-{Interlocked.Increment(ref _permits)}", entries);

    public static CounterClaim Requests(long limit, string key = "requests") => Of(CounterEntry.OfWindow(key, limit, 1, Minute));

    public static CounterClaim Streams(long limit, string key = "streams") => Of(CounterEntry.OfGauge(key, limit));

    public static async Task<bool> IsGrantedAsync(this ICounters counters, CounterClaim claim) =>
        await counters.TakeAsync(claim, CancellationToken.None) is CounterAnswer.Granted;

    public static async Task<CounterAnswer.Granted> GrantedAsync(this ICounters counters, CounterClaim claim) =>
        (await counters.TakeAsync(claim, CancellationToken.None)).Should().BeOfType<CounterAnswer.Granted>().Subject;

    public static async Task<CounterAnswer.Refused> RefusedAsync(this ICounters counters, CounterClaim claim) =>
        (await counters.TakeAsync(claim, CancellationToken.None)).Should().BeOfType<CounterAnswer.Refused>().Subject;
}
