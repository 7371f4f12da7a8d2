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
/// Takes messages the way of <c>Exchange</c>, with the gateway's own stages, but has them end after some events: what a budget does
/// that is used up while the answer runs.
/// </summary>
internal sealed class CutExchange(int afterEvents, string words) : IStartupFilter
{
    /// <summary>Adds it to a gateway's services.</summary>
    public static Action<IServiceCollection> After(int events, string words) =>
        services => services.AddSingleton<IStartupFilter>(new CutExchange(events, words));

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
        var outcome = await services.GetRequiredService<ForwardStage>().SendAsync(http, request, permit, tap, new Gate(settlement, tap, afterEvents, words));
        await settlement.CloseAsync(outcome);
        if (outcome.AnswerBroken)
        {
            http.Abort();
        }
    }

    private sealed class Gate(IAnswerGate inner, ResponseTap tap, int afterEvents, string words) : IAnswerGate
    {
        public ValueTask BeforeFirstByteAsync(Outcome begun) => inner.BeforeFirstByteAsync(begun);

        public Refusal? Passing() => inner.Passing() ?? (tap.Read().Reading?.Events >= afterEvents ? Refusal.Policy(words) : null);

        public ValueTask BeforeEndAsync(Outcome ending) => inner.BeforeEndAsync(ending);
    }
}
