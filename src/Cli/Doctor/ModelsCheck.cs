using System.Net;
using System.Text.Json;
using Latchkey.Client;

namespace Latchkey.Cli.Doctor;

/// <summary>Does the gateway take the token, and does it allow a model?</summary>
internal sealed class ModelsCheck : IDoctorCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>Families by price, as names tell it; a new family is taken for dear.</summary>
    private static readonly string[] CheapFirst = ["haiku", "sonnet", "opus"];

    public string Name => "Models";

    public async Task<Finding> LookAsync(Patient patient, CancellationToken cancellationToken)
    {
        if (patient.Access is not { } access)
        {
            return new Finding.Skipped("no token");
        }

        using var http = patient.Session.Client.CreateHttpClient();
        http.Timeout = Patience;
        using var question = new HttpRequestMessage(HttpMethod.Get, "/v1/models?limit=1000");
        question.Headers.Add("anthropic-version", "2023-06-01");
        try
        {
            using var answer = await http.SendAsync(question, cancellationToken).ConfigureAwait(false);
            var body = await answer.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
            return answer.StatusCode == HttpStatusCode.OK
                ? Judge(patient, Ids(body), access)
                : new Finding.Broken($"/v1/models answers {(int)answer.StatusCode}: {GatewayWords.Of(body)}", Advice(answer.StatusCode));
        }
        catch (Exception e) when (
            e is HttpRequestException or TaskCanceledException or JsonException or InvalidOperationException or KeyNotFoundException
            && !cancellationToken.IsCancellationRequested)
        {
            return new Finding.Broken($"/v1/models can't be had: {e.Message}", "Ask your administrator.");
        }
    }

    private static Finding Judge(Patient patient, List<string> listed, LatchkeyAccess access)
    {
        patient.Models = [.. listed.Where(id => IsAllowed(id, access.Models)).OrderBy(Rank)];
        var allowed = access.Models is { } patterns ? $" (token: {string.Join(", ", patterns)})" : "";
        return patient.Models.Count > 0
            ? new Finding.Fine($"{patient.Models.Count} of {listed.Count} may be used{allowed}")
            : new Finding.Broken($"none of {listed.Count} may be used{allowed}", "Ask your administrator to allow a model.");
    }

    /// <summary>As the contract has it: an id, an alias of one that has a date at its end, or a beginning with <c>*</c>. The gateway decides.</summary>
    private static bool IsAllowed(string id, IReadOnlyList<string>? patterns) => patterns is null || patterns.Any(pattern =>
        pattern.EndsWith('*')
            ? id.StartsWith(pattern[..^1], StringComparison.OrdinalIgnoreCase)
            : id.StartsWith(pattern, StringComparison.OrdinalIgnoreCase) && IsDate(id[pattern.Length..]));

    private static bool IsDate(string rest) => rest.Length == 0 || (rest.Length == 9 && rest[0] == '-' && rest[1..].All(char.IsAsciiDigit));

    private static int Rank(string id)
    {
        var family = Array.FindIndex(CheapFirst, name => id.Contains(name, StringComparison.OrdinalIgnoreCase));
        return family < 0 ? CheapFirst.Length : family;
    }

    private static List<string> Ids(byte[] body)
    {
        using var json = JsonDocument.Parse(body);
        return [.. json.RootElement.GetProperty("data").EnumerateArray().Select(model => model.GetProperty("id").GetString()!)];
    }

    private static string Advice(HttpStatusCode status) => status switch
    {
        HttpStatusCode.Unauthorized => "latchkey refresh; if that doesn't help, latchkey login again.",
        HttpStatusCode.TooManyRequests => "Wait a minute.",
        _ => "Ask your administrator.",
    };
}
