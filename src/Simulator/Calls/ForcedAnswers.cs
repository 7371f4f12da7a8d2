using System.Globalization;
using Latchkey.Simulator.Scenarios;

namespace Latchkey.Simulator.Calls;

/// <summary>The answers that a scenario gives in Claude's place.</summary>
internal static class ForcedAnswers
{
    public static Answer? For(Scenario scenario, string apiKey)
    {
        if (scenario.Redirect is { } redirect)
        {
            return new Answer.Body(ReadOnlyMemory<byte>.Empty, "text/plain")
            {
                Status = redirect,
                Headers = [new("location", scenario.Location)],
            };
        }

        if (scenario.Status is not { } status)
        {
            return null;
        }

        var answer = scenario.HtmlError
            ? ApiErrors.Html(status, "Bad Gateway")
            : ErrorOf(status, scenario, apiKey);
        return answer with { Headers = HintsOf(scenario) };
    }

    private static Answer ErrorOf(int status, Scenario scenario, string apiKey)
    {
        var type = scenario.ErrorType ?? ApiErrors.TypeOf(status);
        var message = scenario.Message ?? ApiErrors.MessageOf(type);
        if (scenario.EchoSecrets)
        {
            message = string.Create(CultureInfo.InvariantCulture, $"{message} (called with {apiKey})");
        }

        return ApiErrors.Of(status, type, message, scenario.ErrorCode);
    }

    private static List<KeyValuePair<string, string>> HintsOf(Scenario scenario)
    {
        var hints = new List<KeyValuePair<string, string>>();
        Add("retry-after", scenario.RetryAfter);
        Add("retry-after-ms", scenario.RetryAfterMs);
        Add("x-should-retry", scenario.ShouldRetry);
        return hints;

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                hints.Add(new(name, value));
            }
        }
    }
}
