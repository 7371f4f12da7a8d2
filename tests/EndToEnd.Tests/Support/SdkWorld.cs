using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Latchkey.Simulator.Bookkeeping;
using Latchkey.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace Latchkey.EndToEnd.Tests.Support;

/// <summary>What an SDK is told to send, and where.</summary>
internal sealed record SdkCall(Uri Gateway, string Token, string Model, string Text);

/// <summary>The gateways that the SDKs' tests call: a healthy one, and some in the states that end in errors.</summary>
public sealed class SdkWorld : IAsyncLifetime
{
    /// <summary>Every call that is refused, by us or by the upstream.</summary>
    public static readonly IReadOnlyList<string> Refused =
    [
        "an invalid token", "a model that is not allowed", "a body that is too large", "too many requests", UsedUp,
        .. new[] { 400, 401, 402, 403, 404, 409, 413, 422, 429, 500, 503, 504, 529 }.Select(status => $"upstream {status}"),
    ];

    /// <summary>The upstream's own words in every error that it makes.</summary>
    public const string UpstreamWords = "in the upstream's own words";

    /// <summary>What the gateway says that ends streams on their way.</summary>
    public const string CutWords = "The budget is used up until tomorrow.";

    /// <summary>The call that a budget refuses.</summary>
    public const string UsedUp = "a used-up budget";

    public const string Sonnet = "claude-sonnet-5-5";

    private readonly Dictionary<string, string> _tokens = [];
    private readonly Dictionary<string, TestGateway> _gateways = [];

    public async ValueTask InitializeAsync()
    {
        await AddAsync(
            "healthy", [("Latchkey:Models:Allowed", "claude-sonnet-*,claude-haiku-*"), ("Latchkey:Accept:MaxPayloadSize", "16384"), ("Latchkey:Breaker:FailuresToOpen", "1000")]);
        Healthy.Tally.KeepBodies = true;
        await AddAsync("cut by a budget", services: new StagedExchange(cutAfter: 8, CutWords).Register);
        await AddAsync("upstream 401");
        await AddAsync("upstream 403");
        var limited = await AddAsync("too many requests", [("Latchkey:Limits:RequestsPerWindow", "1"), ("Latchkey:Limits:Window", "01:00:00")]);
        using var first = await limited.Http.SendAsync(TestGateway.Call(_tokens["too many requests"], "/v1/messages", TestGateway.Message()));
        first.StatusCode.Should().Be(HttpStatusCode.OK);
        var poor = await AddAsync(UsedUp);
        await new BudgetDesk(poor.Http, poor.Address).PutAsync("sdk", new JsonObject
        {
            ["name"] = "Team SDK",
            ["scope"] = "everything",
            ["period"] = "month",
            ["limit_usd"] = 0.000001m,
        });
    }

    internal TestGateway Healthy => _gateways["healthy"];

    internal SdkCall Call(string text = "Hello", string model = Sonnet) => new(Healthy.Address, _tokens["healthy"], model, text);

    /// <summary>A stream that the gateway ends on its way.</summary>
    internal SdkCall CutCall() => CallTo("cut by a budget", "[simulate: events=40 event-delay=5]");

    internal SdkCall RefusedCall(string name) => name switch
    {
        "an invalid token" => Call() with { Token = _tokens["healthy"] + "x" },
        "a model that is not allowed" => Call(model: "claude-opus-5-5"),
        "a body that is too large" => Call(new string('x', 20_000)),
        "too many requests" or UsedUp => CallTo(name, "Hello"),
        "upstream 401" or "upstream 403" => CallTo(name, Directive(name)),

        // A limit may rest the key for this model.
        "upstream 429" => Call(Directive(name), "claude-haiku-5-5"),
        _ => Call(Directive(name)),
    };

    /// <summary>Requests that the gateway of a refused call answered itself, and those that reached its upstream.</summary>
    internal (int Refused, int Upstream) RequestsOf(string name) =>
        (_gateways[name].Logs.Lines.Count(line => line.EventId == 1001), _gateways[name].Tally.Rows().Count);

    /// <summary>The Simulator's row for the message with this id.</summary>
    internal TallyRow TruthOf(string messageId) => Healthy.Tally.Rows().Single(
        row => row.ResponseBody is { } body && Encoding.UTF8.GetString(body).Contains(messageId, StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        foreach (var gateway in _gateways.Values)
        {
            await gateway.DisposeAsync();
        }
    }

    private static string Directive(string name) => $"[simulate: status={name["upstream ".Length..]} message=\"{UpstreamWords}\"]";

    private SdkCall CallTo(string name, string text) => new(_gateways[name].Address, _tokens[name], Sonnet, text);

    private async Task<TestGateway> AddAsync(string name, (string, string)[]? settings = null, Action<IServiceCollection>? services = null)
    {
        var gateway = await TestGateway.StartAsync(settings, services: services);
        _gateways.Add(name, gateway);
        _tokens.Add(name, await gateway.TokenAsync());
        return gateway;
    }
}
