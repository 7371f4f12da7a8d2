using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Latchkey.Simulator.Bookkeeping;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Latchkey.Simulator.Tests.Support;

/// <summary>A simulator on a port of its own, and a client that sees the bytes as they are.</summary>
public sealed class RunningSimulator : IAsyncDisposable
{
    public const string Key = "sk-ant-test-key";

    private readonly WebApplication _app;

    private RunningSimulator(WebApplication app)
    {
        _app = app;
        Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
        {
            BaseAddress = new Uri(app.Urls.Single()),
            Timeout = TimeSpan.FromSeconds(60),
        };
        Http.DefaultRequestHeaders.Add("x-api-key", Key);
        Http.DefaultRequestHeaders.Add("anthropic-version", "2023-06-01");
    }

    public HttpClient Http { get; }

    internal Tally Tally => _app.Services.GetRequiredService<Tally>();

    public T Service<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    public static Task<RunningSimulator> StartAsync(params string[] options) => StartAsync(null, options);

    public static async Task<RunningSimulator> StartAsync(TimeProvider? clock, params string[] options)
    {
        var app = SimulatorHost.Create(["--urls", "http://127.0.0.1:0", .. options], clock);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new RunningSimulator(app);
    }

    /// <summary>A Messages request whose user text is (or holds) these directives.</summary>
    public static JsonObject Ask(string text = "hello", bool stream = false, string model = "claude-opus-5-5", int maxTokens = 1000) => new()
    {
        ["model"] = model,
        ["max_tokens"] = maxTokens,
        ["stream"] = stream,
        ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = text }),
    };

    public static JsonObject Simulate(string directives, bool stream = false) => Ask($"hello [simulate: {directives}]", stream);

    /// <summary>Posts and returns as soon as headers are here.</summary>
    public Task<HttpResponseMessage> PostAsync(JsonNode body, string path = "/v1/messages", params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(body.ToJsonString(), Encoding.UTF8, new MediaTypeHeaderValue("application/json")),
        };
        foreach (var (name, value) in headers)
        {
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }

    public async Task<JsonElement> JsonAsync(JsonNode body, string path = "/v1/messages", params (string Name, string Value)[] headers)
    {
        using var response = await PostAsync(body, path, headers);
        return await JsonOf(response);
    }

    public async Task<List<SseEvent>> EventsAsync(JsonNode body, params (string Name, string Value)[] headers)
    {
        using var response = await PostAsync(body, headers: headers);
        return SseEvent.All(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    public static async Task<JsonElement> JsonOf(HttpResponseMessage response) =>
        JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).RootElement;

    internal async Task<TallyRow> RowOf(HttpResponseMessage response) =>
        await Tally.WaitForAsync(response.Headers.GetValues("request-id").Single(), TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }
}
