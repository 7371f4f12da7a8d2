using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Latchkey.Cli.Doctor;
using Latchkey.Cli.Output;
using Latchkey.Client;
using Latchkey.Protocol;

namespace Latchkey.Cli.Usage;

/// <summary>Asks the gateway what this device has used. The device's token gets its own figures only.</summary>
internal sealed class UsageDesk(LatchkeyClient client) : IDisposable
{
    private const int MostPages = 100;

    private static readonly string[] Kinds = ["requests", "input-tokens", "output-tokens"];

    private readonly HttpClient _http = NewClient(client);

    /// <param name="from">Since when; null: as far back as the books go.</param>
    /// <param name="dimension">What it is summed by: <c>model</c>, <c>day</c>, <c>session</c>.</param>
    public async Task<IReadOnlyList<UsageGroup>> SummaryAsync(DateTimeOffset? from, string dimension)
    {
        var groups = new List<UsageGroup>();
        string? cursor = null;
        for (var page = 0; page < MostPages; page++)
        {
            var query = $"/admin/usage/summary?group_by={dimension}&limit=1000"
                + (from is { } begin ? $"&from={Uri.EscapeDataString(ProtocolJson.Instant(begin))}" : "")
                + (cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}");
            var answer = await GetAsync(query, UsageJson.Default.UsageSummary).ConfigureAwait(false);
            groups.AddRange(answer.Groups);
            cursor = answer.NextCursor;
            if (cursor is null)
            {
                break;
            }
        }

        return groups;
    }

    /// <summary>The budgets that this device draws on; empty where the gateway has none, or doesn't know such a thing.</summary>
    public async Task<IReadOnlyList<BudgetEntry>> BudgetsAsync()
    {
        try
        {
            return (await GetAsync("/admin/budgets", UsageJson.Default.BudgetList).ConfigureAwait(false)).Budgets;
        }
        catch (CommandException e) when (e.ExitCode == ExitCode.Failed)
        {
            return [];
        }
    }

    /// <summary>The limits of the device, as the headers of the cheapest call tell them. The call counts as a request.</summary>
    public async Task<IReadOnlyList<UsageLimit>> LimitsAsync()
    {
        using var question = new HttpRequestMessage(HttpMethod.Get, "/v1/models?limit=1");
        question.Headers.Add("anthropic-version", "2023-06-01");
        using var answer = await _http.SendAsync(question, HttpCompletionOption.ResponseHeadersRead).ConfigureAwait(false);
        return [.. Kinds.Select(kind => LimitOf(answer, kind)).OfType<UsageLimit>()];
    }

    public void Dispose() => _http.Dispose();

    private static HttpClient NewClient(LatchkeyClient client)
    {
        var http = client.CreateHttpClient();
        http.Timeout = TimeSpan.FromSeconds(60);
        return http;
    }

    private async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type)
    {
        using var answer = await _http.GetAsync(new Uri(path, UriKind.Relative)).ConfigureAwait(false);
        if (answer.StatusCode == HttpStatusCode.NotFound)
        {
            throw new CommandException(ExitCode.Failed, "This gateway doesn't tell usage.");
        }

        if (answer.StatusCode != HttpStatusCode.OK)
        {
            var words = GatewayWords.Of(await answer.Content.ReadAsByteArrayAsync().ConfigureAwait(false));
            throw new CommandException(
                answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden ? ExitCode.Refused : ExitCode.Failed,
                $"The gateway answers {(int)answer.StatusCode}: {words}");
        }

        try
        {
            return await answer.Content.ReadFromJsonAsync(type).ConfigureAwait(false) ?? throw new JsonException();
        }
        catch (JsonException)
        {
            throw new CommandException(ExitCode.Failed, $"{path.Split('?')[0]} answers something that isn't understood.");
        }
    }

    private static UsageLimit? LimitOf(HttpResponseMessage answer, string kind) =>
        Header(answer, kind, "limit") is { } limit && Header(answer, kind, "remaining") is { } remaining
        && long.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out var most)
        && long.TryParse(remaining, NumberStyles.None, CultureInfo.InvariantCulture, out var left)
            ? new UsageLimit(kind, most, left, DateTimeOffset.TryParse(Header(answer, kind, "reset"), CultureInfo.InvariantCulture, out var at) ? at : null)
            : null;

    private static string? Header(HttpResponseMessage answer, string kind, string what) =>
        answer.Headers.TryGetValues($"anthropic-ratelimit-{kind}-{what}", out var values) ? values.First() : null;
}
