using System.Net.Http.Headers;
using Latchkey.TestKit;

namespace Latchkey.Gateway.Tests.Telemetry;

/// <summary>Whatever happens, at Trace level too: no key, token, prompt or answer is in a log.</summary>
public class LogPrivacyTests
{
    private const string MasterKey = "sk-ant-REDACTED-master-canary-5d1f";
    private const string OperatorKey = "lka_operator_canary_7b2e_0123456789";
    private const string Prompt = "prompt-canary-c0ffee";

    [Fact]
    public async Task logs_hold_ids_and_no_secrets()
    {
        var ids = new List<string>();
        var secrets = new List<string> { MasterKey, OperatorKey, Prompt, "query-canary", "cookie-canary", "own-key-canary", "header-canary" };
        await using var gateway = await TestGateway.StartAsync(
        [
            ("Latchkey:Upstream:ApiKeys", MasterKey),
            ("Latchkey:Operators:ApiKey", OperatorKey),
            ("Latchkey:Upstream:StallTimeout", "00:00:00.3"),
            ("Latchkey:Upstream:HeaderTimeout", "00:00:00.5"),
            ("Latchkey:Upstream:StreamHeaderTimeout", "00:00:00.5"),
        ]);
        var token = await gateway.TokenAsync("a-device-0001");
        secrets.Add(token);
        secrets.Add(token.Split('.')[2]);

        // Everything that can be said to a model, and everything that can go wrong with it.
        foreach (var scenario in new[]
        {
            "events=3", "status=400", "status=403", "status=429 retry-after=1", "status=500", "status=529", "status=502html", "redirect=307",
            "cut=2", "reset=2", "reset-before-headers", "truncate", "garbage", "encoding=gzip", "echo-secrets", "first-byte-delay=2000",
        })
        {
            foreach (var stream in new[] { false, true })
            {
                await SendAsync(TestGateway.Call(token, "/v1/messages?beta=query-canary", TestGateway.Message($"{Prompt} [simulate: {scenario}]", stream)));
                using var reset = await gateway.Http.SendAsync(TestGateway.Call(OperatorKey, "/admin/circuit-breaker/reset", method: HttpMethod.Post));
            }
        }

        // And everything that is refused.
        await SendAsync(TestGateway.Call(token, "/v1/messages", TestGateway.Message(Prompt, model: "gpt-4")));
        await SendAsync(TestGateway.Call(token, "/v1/messages", $$"""{"model":"{{Prompt}}","model":"{{Prompt}}"}"""));
        await SendAsync(TestGateway.Call(token, "/v1/messages", $$"""{"{{Prompt}}"""));
        await SendAsync(TestGateway.Call(token, "/v1/" + Prompt, "{}"));
        await SendAsync(TestGateway.Call(token + "x", "/v1/messages", TestGateway.Message(Prompt)));
        await SendAsync(TestGateway.Call("sk-ant-own-key-canary", "/v1/messages", TestGateway.Message(Prompt)));
        await SendAsync(TestGateway.Call(token, $"/v1/messages/batches/{Prompt}"));
        using (var odd = TestGateway.Call(token, "/v1/messages/count_tokens", TestGateway.Message(Prompt)))
        {
            odd.Headers.TryAddWithoutValidation("Cookie", "session=cookie-canary");
            odd.Headers.TryAddWithoutValidation("x-something", "header-canary");
            odd.Headers.UserAgent.Add(new ProductInfoHeaderValue("header-canary", "1"));
            await SendAsync(odd);
        }

        using (var enrol = await gateway.Http.PostAsync("/bootstrap", new StringContent($$"""{"device_id":"{{Prompt}} bad","enrollment_code":"{{Prompt}}"}""", null, "application/json")))
        using (var refresh = await gateway.Http.SendAsync(TestGateway.Call(token, "/refresh", method: HttpMethod.Post)))
        using (var admin = await gateway.Http.SendAsync(TestGateway.Call(OperatorKey + "x", "/admin/usage?device_id=query-canary")))
        using (var bad = await gateway.Http.SendAsync(TestGateway.Call(OperatorKey, "/admin/usage?from=query-canary")))
        {
        }

        using (var gone = new CancellationTokenSource())
        {
            using var cut = await gateway.Http.SendAsync(
                TestGateway.Call(token, "/v1/messages", TestGateway.Message(Prompt + " [simulate: event-delay=300]", stream: true)), HttpCompletionOption.ResponseHeadersRead, gone.Token);
            await gone.CancelAsync();
        }

        await gateway.StopAsync();
        var text = gateway.Logs.Text;
        gateway.Logs.Lines.Where(l => secrets.Any(s => l.ToString().Contains(s, StringComparison.Ordinal))).Should().BeEmpty();
        ids.Should().HaveCountGreaterThan(30).And.OnlyHaveUniqueItems();
        ids.Where(id => !text.Contains(id, StringComparison.Ordinal)).Should().BeEmpty("whoever quotes an id must be found");

        async Task SendAsync(HttpRequestMessage request)
        {
            try
            {
                using var response = await gateway.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
                ids.Add(response.Headers.GetValues("x-latchkey-request-id").Single());
                var answer = await response.Content.ReadAsStringAsync();
                answer.Should().NotContain(MasterKey);
            }
            catch (Exception e) when (e is HttpRequestException or IOException)
            {
                // The scenario broke the answer off.
            }
        }
    }

    [Fact]
    public async Task an_answers_words_are_in_no_log()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var response = await gateway.Http.SendAsync(TestGateway.Call(await gateway.TokenAsync(), "/v1/messages", TestGateway.Message()));
        var answer = System.Text.Json.JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;

        var words = answer.GetProperty("content")[0].GetProperty("text").GetString()!;

        words.Length.Should().BeGreaterThan(5);
        await gateway.StopAsync();
        gateway.Logs.Text.Should().NotContain(words);
    }
}
