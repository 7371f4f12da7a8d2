using System.Net;
using System.Text.Json;
using Latchkey.Gateway.DataPath.Forward;
using Microsoft.Extensions.Options;

namespace Latchkey.Gateway.Admin.Reconcile;

/// <summary>
/// Asks Anthropic for the organisation's keys, usage and cost, through all pages, on connections of its own. The admin key goes to the configured upstream
/// and nowhere else: addresses are made here, and redirects aren't followed.
/// </summary>
internal sealed class ReportClient : IDisposable
{
    /// <summary>A month of days, a dozen models and a hundred keys are some ten megabytes.</summary>
    private const int MaxAnswerBytes = 32 * 1024 * 1024;

    /// <summary>An API that always has one more page must not keep us.</summary>
    private const int MaxPages = 1000;

    private const int MaxTypeLength = 40;
    private const string Version = "2023-06-01";

    private readonly Upstream _upstream;
    private readonly HttpMessageInvoker _invoker;

    public ReportClient(Upstream upstream, IOptions<ForwardOptions> options)
    {
        _upstream = upstream;
        _invoker = new HttpMessageInvoker(UpstreamConnections.Of(options.Value));
    }

    /// <exception cref="ReportException">They can't be had.</exception>
    public async Task<OrganizationReports> ReadAsync(string adminKey, ReconcilePeriod period, CancellationToken cancellation)
    {
        var days = $"starting_at={ReconcilePeriod.Text(period.From)}T00:00:00Z&ending_at={ReconcilePeriod.Text(period.To.AddDays(1))}T00:00:00Z&bucket_width=1d&limit=31";
        return new OrganizationReports(
            await PagesAsync(adminKey, "api_keys", "limit=1000", "after_id", "last_id", ReportReader.Keys, cancellation),
            await PagesAsync(
                adminKey,
                "usage_report/messages",
                days + "&group_by%5B%5D=model&group_by%5B%5D=api_key_id&group_by%5B%5D=workspace_id",
                "page",
                "next_page",
                ReportReader.Usage,
                cancellation),
            await PagesAsync(adminKey, "cost_report", days + "&group_by%5B%5D=workspace_id", "page", "next_page", ReportReader.Costs, cancellation));
    }

    public void Dispose() => _invoker.Dispose();

    private async Task<List<T>> PagesAsync<T>(
        string adminKey, string report, string query, string parameter, string token, Func<JsonElement, IEnumerable<T>> read, CancellationToken cancellation)
    {
        var all = new List<T>();
        string? next = null;
        for (var page = 0; page < MaxPages; page++)
        {
            var address = next is null ? query : $"{query}&{parameter}={Uri.EscapeDataString(next)}";
            using var answer = await AskAsync(adminKey, report, address, cancellation);
            try
            {
                all.AddRange(read(answer.RootElement));
                if (!answer.RootElement.GetProperty("has_more").GetBoolean())
                {
                    return all;
                }

                next = answer.RootElement.GetProperty(token).GetString() ?? throw new FormatException("more pages, and no way to them");
            }
            catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or FormatException or OverflowException)
            {
                throw new ReportException($"{report}: the answer isn't in the documented form.");
            }
        }

        throw new ReportException($"{report}: more than {MaxPages} pages.");
    }

    private async Task<JsonDocument> AskAsync(string adminKey, string report, string query, CancellationToken cancellation)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, _upstream.AddressOf("/v1/organizations/" + report, "?" + query))
        {
            Version = _upstream.PreferredVersion,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        message.Headers.TryAddWithoutValidation("x-api-key", adminKey);
        message.Headers.TryAddWithoutValidation("anthropic-version", Version);
        message.Headers.TryAddWithoutValidation("accept-encoding", "identity");
        try
        {
            using var response = await _invoker.SendAsync(message, cancellation);
            var body = await BodyAsync(report, response, cancellation);
            return response.StatusCode is HttpStatusCode.OK ? JsonDocument.Parse(body) : throw Refused(report, response.StatusCode, body);
        }
        catch (JsonException)
        {
            throw new ReportException($"{report}: the answer isn't JSON.");
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            // The last for a connection that wasn't made in time.
            throw new ReportException($"{report}: Anthropic couldn't be reached, or its answer broke off.");
        }
    }

    private static async Task<ReadOnlyMemory<byte>> BodyAsync(string report, HttpResponseMessage response, CancellationToken cancellation)
    {
        using var body = await response.Content.ReadAsStreamAsync(cancellation);
        using var gathered = new MemoryStream();
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await body.ReadAsync(buffer, cancellation)) > 0)
        {
            gathered.Write(buffer, 0, read);
            if (gathered.Length > MaxAnswerBytes)
            {
                throw new ReportException($"{report}: the answer is larger than {MaxAnswerBytes} bytes.");
            }
        }

        return gathered.GetBuffer().AsMemory(0, (int)gathered.Length);
    }

    private static ReportException Refused(string report, HttpStatusCode status, ReadOnlyMemory<byte> body)
    {
        var key = status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden ? $" Is {AdminKey.Variable} an admin key of this organisation?" : "";
        return new ReportException($"{report}: Anthropic answered {(int)status}{TypeOf(body)}.{key}");
    }

    /// <summary>The error's type alone: its words may repeat what we sent.</summary>
    private static string TypeOf(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var type = document.RootElement.GetProperty("error").GetProperty("type").GetString();
            return type is { Length: > 0 and <= MaxTypeLength } && type.All(c => c is '_' or (>= 'a' and <= 'z')) ? $" ({type})" : "";
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return "";
        }
    }
}
