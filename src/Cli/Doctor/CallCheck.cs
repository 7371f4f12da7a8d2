using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Latchkey.Cli.Output;

namespace Latchkey.Cli.Doctor;

/// <summary>Does Claude answer, event by event? It costs a few tokens of the cheapest model that is allowed.</summary>
internal sealed class CallCheck(bool leaveOut) : IDoctorCheck
{
    private const int MaxTokens = 16;

    private const string CutOnTheWay = "Something on the way cuts or holds up streams: a proxy, a firewall, a balancer.";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public string Name => "Call";

    public async Task<Finding> LookAsync(Patient patient, CancellationToken cancellationToken)
    {
        if (leaveOut)
        {
            return new Finding.Skipped("left out by --no-call");
        }

        if (patient.Models is not [var model, ..])
        {
            return new Finding.Skipped("no model");
        }

        using var http = patient.Session.Client.CreateHttpClient();
        http.Timeout = Patience;
        using var call = new HttpRequestMessage(HttpMethod.Post, "/v1/messages");
        call.Headers.Add("anthropic-version", "2023-06-01");
        call.Content = new StringContent(Body(model), new UTF8Encoding(false), new MediaTypeHeaderValue("application/json"));
        try
        {
            var started = patient.Time.GetTimestamp();
            using var answer = await http.SendAsync(call, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            if (answer.StatusCode != HttpStatusCode.OK)
            {
                var words = GatewayWords.Of(await answer.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false));
                return new Finding.Broken(
                    $"{model} answers {(int)answer.StatusCode}: {words}",
                    answer.StatusCode == HttpStatusCode.TooManyRequests ? "See 'latchkey usage'." : "Ask your administrator.");
            }

            return await ReadAsync(answer, model, patient.Time, started, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return new Finding.Broken($"the call of {model} broke: {e.Message}", CutOnTheWay);
        }
    }

    private static async Task<Finding> ReadAsync(
        HttpResponseMessage answer, string model, TimeProvider time, long started, CancellationToken cancellationToken)
    {
        var stream = await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        using var lines = new StreamReader(stream, Encoding.UTF8);
        TimeSpan? first = null;
        var last = "";
        while (await lines.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
        {
            if (line.StartsWith("event:", StringComparison.Ordinal))
            {
                first ??= time.GetElapsedTime(started);
                last = line["event:".Length..].Trim();
            }
        }

        if (last != "message_stop")
        {
            return new Finding.Broken($"the stream of {model} ended with {(last.Length == 0 ? "no event at all" : last)}", CutOnTheWay);
        }

        var whole = time.GetElapsedTime(started);
        return new Finding.Fine(
            $"{model} streams: first event after {first!.Value.TotalMilliseconds:0} ms, whole in {whole.TotalMilliseconds:0} ms; it cost a few tokens");
    }

    private static string Body(string model) => JsonText.Compact(new JsonObject
    {
        ["model"] = model,
        ["max_tokens"] = MaxTokens,
        ["stream"] = true,
        ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "Say hi." }),
    });
}
