using System.Security.Cryptography;
using Latchkey.Simulator.Bookkeeping;
using Latchkey.Simulator.Delivery;
using Latchkey.Simulator.Scenarios;

namespace Latchkey.Simulator.Calls;

/// <summary>An endpoint: what would the API say to this call?</summary>
internal delegate ValueTask<Answer> Endpoint(Call call);

/// <summary>The way of every call: receive, choose a scenario, answer, send, count.</summary>
internal sealed class Exchange(Tally tally, ScenarioBook book, Credentials credentials, RequestIds ids, TimeProvider clock)
{
    private static readonly string[] Versions = ["2023-06-01", "2026-10-21"];
    private const string ScenarioHeader = "x-simulator-scenario";

    public async Task RunAsync(HttpContext http, CallRules rules, Endpoint endpoint)
    {
        using var call = new Call(http, rules, ids.Next("req_"));
        var started = clock.GetTimestamp();
        var received = Describe(http.Request);
        var sender = new AnswerSender(call, clock, tally.KeepBodies);
        tally.CallStarted();
        try
        {
            // 1 Receive: the whole body, and the key it came with.
            call.ApiKey = Credentials.KeyOf(http.Request);
            var refusal = await ReceiveAsync(call);
            received = WithBody(received, call);
            tally.Arrived(received);

            // 2 Choose a scenario: the call's own directives, or those set from outside.
            refusal ??= Admit(call) ?? ChooseScenario(call);

            // 3 Answer: what the scenario forces, or what the API would say.
            var answer = refusal ?? ForcedAnswers.For(call.Scenario, call.ApiKey) ?? await AskAsync(call, endpoint);

            // 4 Send, the way the scenario wants.
            await sender.SendAsync(answer);
        }
        catch (Exception caught) when (http.RequestAborted.IsCancellationRequested)
        {
            sender.ClientLeft(caught);
        }
        catch (Exception caught)
        {
            sender.Failed(caught);
            throw;
        }
        finally
        {
            // 5 Count, whatever happened.
            tally.CallEnded(sender.Row(received) with { Took = clock.GetElapsedTime(started) });
        }
    }

    private static async ValueTask<Answer?> ReceiveAsync(Call call)
    {
        if (await BodyReader.ReadAsync(call.Http.Request, call.Rules.MaxBodyBytes, call.Http.RequestAborted) is not { } body)
        {
            return ApiErrors.TooLarge();
        }

        call.Body = body;
        return call.Rules.JsonBody && HttpMethods.IsPost(call.Http.Request.Method) && !call.ParsesAsJson()
            ? ApiErrors.Invalid("The request body is not valid JSON")
            : null;
    }

    private Answer? Admit(Call call)
    {
        if (call.Rules.Open)
        {
            return null;
        }

        if (!(call.Rules.Admin ? Credentials.AcceptAdmin(call.Http.Request, call.ApiKey) : credentials.Accept(call.ApiKey)))
        {
            return ApiErrors.Unauthenticated(
                call.Http.Request.Headers.ContainsKey("x-api-key") ? "invalid x-api-key"
                : call.Http.Request.Headers.ContainsKey("Authorization") ? "Invalid bearer token"
                : "x-api-key header is required");
        }

        var version = call.Http.Request.Headers["anthropic-version"].ToString();
        return version.Length == 0 ? ApiErrors.Invalid("anthropic-version: header is required")
            : Array.IndexOf(Versions, version) < 0 ? ApiErrors.Invalid($"anthropic-version: \"{version}\" is not a valid version")
            : null;
    }

    private Answer? ChooseScenario(Call call)
    {
        try
        {
            var header = call.Http.Request.Headers[ScenarioHeader].ToString();
            call.Scenario = header.Length > 0
                ? ScenarioParser.Parse(header)
                : ScenarioFinder.Find(call.Body, call.Json)
                    ?? book.Take(call.Http.Request.Path.Value ?? "", call.Model)
                    ?? Scenario.Ordinary;
            return null;
        }
        catch (DirectiveException unknown)
        {
            return ApiErrors.Invalid("simulator: " + unknown.Message);
        }
    }

    // A script's turn may bring directives of its own, which the endpoint finds only when it is asked.
    private static async ValueTask<Answer> AskAsync(Call call, Endpoint endpoint)
    {
        var before = call.Scenario;
        var answer = await endpoint(call);
        return ReferenceEquals(before, call.Scenario) ? answer : ForcedAnswers.For(call.Scenario, call.ApiKey) ?? answer;
    }

    private Received Describe(HttpRequest request)
    {
        var headers = new List<KeyValuePair<string, string>>(request.Headers.Count);
        foreach (var (name, values) in request.Headers)
        {
            foreach (var value in values)
            {
                headers.Add(new(name, value ?? ""));
            }
        }

        return new Received
        {
            Method = request.Method,
            PathAndQuery = request.Path.ToUriComponent() + request.QueryString.ToUriComponent(),
            Headers = headers,
            At = clock.GetUtcNow(),
        };
    }

    private Received WithBody(Received received, Call call) => received with
    {
        BodyBytes = call.Body.Length,
        BodySha256 = Convert.ToHexStringLower(SHA256.HashData(call.Body)),
        Body = tally.KeepBodies ? call.Body : null,
        ApiKeySha256 = call.ApiKey.Length == 0 ? null : Received.HashOfKey(call.ApiKey),
        ApiKeyHint = call.ApiKey.Length == 0 ? null : Received.HintOfKey(call.ApiKey),
        Model = call.Model,
    };
}
