using System.Collections.Concurrent;
using Latchkey.Gateway.DataPath.Accept;
using Latchkey.Gateway.DataPath.Authenticate;
using Latchkey.Gateway.DataPath.Authorize;
using Latchkey.Gateway.DataPath.Forward;
using Latchkey.Gateway.DataPath.Measure;
using Latchkey.Gateway.DataPath.Settle;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Latchkey.TestKit;

/// <summary>
/// Takes messages the way of <c>Exchange</c>, with the gateway's own stages: a test sees what each says of the answer, and can have it
/// end after some events, as a budget does that is used up while the answer runs.
/// </summary>
/// <param name="cutAfter">Events after which no more may pass.</param>
/// <param name="words">Why.</param>
internal sealed class StagedExchange(int cutAfter = int.MaxValue, string words = "") : IStartupFilter
{
    /// <summary>What came of forwarding, by the gateway's id of the exchange; there a moment after the row of a complete answer.</summary>
    public ConcurrentDictionary<string, Outcome> Outcomes { get; } = [];

    /// <summary>Adds it to a gateway's services.</summary>
    public void Register(IServiceCollection services) => services.AddSingleton<IStartupFilter>(this);

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use((http, inner) => http.Request.Path == "/v1/messages" ? AnswerAsync(http, app.ApplicationServices) : inner(http));
        next(app);
    };

    private async Task AnswerAsync(HttpContext http, IServiceProvider services)
    {
        var accept = services.GetRequiredService<AcceptStage>();
        var id = RequestId.New(services.GetRequiredService<TimeProvider>());
        http.Response.Headers[RequestId.Header] = id;
        using var request = accept.Open(http, id).Request!;
        var caller = services.GetRequiredService<AuthenticateStage>().Identify(http).Caller!;
        await accept.ReadBodyAsync(http, request);
        var verdict = await services.GetRequiredService<AuthorizeStage>().DecideAsync(http, caller, request);
        var permit = ((Verdict.Allowed)verdict).Permit;
        using var tap = services.GetRequiredService<MeasureStage>().NewTap(request);
        var settlement = services.GetRequiredService<SettleStage>().Open(request, permit, tap);
        var outcome = await services.GetRequiredService<ForwardStage>().SendAsync(http, request, permit, tap, new Gate(settlement, tap, cutAfter, words), CancellationToken.None);
        Outcomes[id] = outcome;
        await settlement.CloseAsync(outcome);
        if (outcome.AnswerBroken)
        {
            http.Abort();
        }
    }

    private sealed class Gate(IAnswerGate inner, ResponseTap tap, int cutAfter, string words) : IAnswerGate
    {
        public void Begins(Outcome begun) => inner.Begins(begun);

        public ValueTask BeforeFirstByteAsync() => inner.BeforeFirstByteAsync();

        public Refusal? Passing() => inner.Passing() ?? (tap.Read().Reading?.Events >= cutAfter ? Refusal.Policy(words) : null);

        public ValueTask BeforeEndAsync(Outcome ending) => inner.BeforeEndAsync(ending);
    }
}
