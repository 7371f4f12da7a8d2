using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Latchkey.Gateway.DataPath.Settle;
using Latchkey.Gateway.Tests.Storage;
using Latchkey.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace Latchkey.Gateway.Tests.Admin;

/// <summary>A gateway whose ledger has known rows.</summary>
public sealed class UsageSetup : IAsyncLifetime
{
    public TestGateway Gateway { get; private set; } = null!;

    /// <summary>Token of <c>a-device-0001</c>.</summary>
    public string Device { get; private set; } = "";

    internal IReadOnlyList<UsageEntry> Rows { get; } = Entries.Many(300, seed: 5);

    public async ValueTask InitializeAsync()
    {
        Gateway = await TestGateway.StartAsync();
        Device = await Gateway.TokenAsync("a-device-0001");
        await AddAsync([.. Rows]);
    }

    public ValueTask DisposeAsync() => Gateway.DisposeAsync();

    public Task<HttpResponseMessage> SendAsync(string path, string credential, string? accept = null)
    {
        var message = TestGateway.Call(credential, path);
        if (accept is not null)
        {
            message.Headers.TryAddWithoutValidation("accept", accept);
        }

        return Gateway.Http.SendAsync(message);
    }

    public async Task<JsonElement> GetAsync(string path, string? credential = null)
    {
        using var response = await SendAsync(path, credential ?? TestGateway.OperatorKey);
        response.StatusCode.Should().Be(HttpStatusCode.OK, "of {0}: {1}", path, await response.Content.ReadAsStringAsync());
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <summary>Lines of cells, the head first.</summary>
    public async Task<List<string[]>> CsvAsync(string path, string? credential = null, string? accept = null)
    {
        using var response = await SendAsync(path, credential ?? TestGateway.OperatorKey, accept);
        response.StatusCode.Should().Be(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.ToString().Should().Be("text/csv; charset=utf-8; header=present");
        var text = await response.Content.ReadAsStringAsync();
        text.Should().EndWith("\r\n");
        return [.. text[..^2].Split("\r\n").Select(l => l.Split(','))];
    }

    /// <summary>The 400's words name the parameter, and so does its member.</summary>
    public async Task RefusedAsync(string path, string parameter, string? credential = null, string? accept = null)
    {
        using var response = await SendAsync(path, credential ?? TestGateway.OperatorKey, accept);
        response.StatusCode.Should().Be(HttpStatusCode.BadRequest, "of {0}", path);
        response.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        problem.GetProperty("parameter").GetString().Should().Be(parameter);
        problem.GetProperty("detail").GetString().Should().StartWith(parameter + ": ");
    }

    internal Task AddAsync(params UsageEntry[] rows) =>
        Task.WhenAll(rows.Select(e => Gateway.Services.GetRequiredService<IUsageLedger>().SettleAsync(e, [])));
}
