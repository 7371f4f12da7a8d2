using System.Globalization;
using Anthropic.Exceptions;
using Latchkey.Client;

namespace Latchkey.Desktop.Chat.Answers;

/// <summary>Says in plain words why an answer failed, and what to do.</summary>
internal static class TroubleWords
{
    public static Trouble Explain(Exception exception, RetryHeaders headers, DateTimeOffset now, LatchkeyStatus status)
    {
        var direct = status.State is LatchkeyState.Direct or LatchkeyState.Disabled;
        var retryAt = now + headers.After;
        return exception switch
        {
            LatchkeyException none => NoWay(none),
            { InnerException: LatchkeyException none } => NoWay(none),
            AnthropicApiException refused => Refused(refused, direct, retryAt),
            AnthropicSseException broke => new Trouble(
                broke.Type?.Raw() == "overloaded_error" ? "Claude became overloaded in the middle of the answer." : "The answer broke off.",
                Sentence(broke.ApiMessage)),
            AnswerBrokeOffException broke => new Trouble("The answer broke off.", broke.Message),
            AnthropicInvalidDataException => new Trouble(
                "The answer can't be read.", "What came back isn't what Claude sends. A proxy on the way may have answered instead."),
            AnthropicIOException or HttpRequestException or IOException => new Trouble(
                direct ? "Anthropic can't be reached." : "The connection to the gateway was lost.", "Check the network, then try again."),
            OperationCanceledException => new Trouble("The answer took too long.", "Try again."),
            _ => new Trouble("Something went wrong in this app.", "Try again. If it stays so, start the app anew."),
        };
    }

    /// <summary>What may stand in a log: kinds and numbers, nothing that was said.</summary>
    public static string ForLog(Exception exception) => exception switch
    {
        AnthropicApiException api =>
            string.Create(CultureInfo.InvariantCulture, $"{(int)api.StatusCode} {api.Type?.Raw()} {api.RequestID}"),
        AnthropicSseException sse => $"error event {sse.Type?.Raw()}",
        { InnerException: { } inner } => $"{exception.GetType().Name}: {inner.GetType().Name}",
        _ => exception.GetType().Name,
    };

    private static Trouble NoWay(LatchkeyException none) => new(none.Status.Message, none.Status.Advice);

    private static Trouble Refused(AnthropicApiException refused, bool direct, DateTimeOffset? retryAt)
    {
        var said = Sentence(refused.ApiMessage);
        var trouble = ((int)refused.StatusCode, refused.Type?.Raw()) switch
        {
            (401, _) when direct => new Trouble("Anthropic doesn't accept your key.", "Check it in the settings."),
            (401, _) => new Trouble(
                "The gateway doesn't accept this device.", "Refresh the connection; if that doesn't help, ask whoever runs the gateway."),
            (_, "policy_blocked") => new Trouble(said ?? "The gateway's rules forbid this."),
            (429, "billing_error") => new Trouble("The budget is used up.", said),
            (_, "billing_error") => new Trouble("There is no credit left.", said),
            (429, _) => new Trouble(
                "There were too many requests in a short time.", retryAt is null ? "Wait a minute, then try again." : null, retryAt),
            (529, _) or (503, "overloaded_error") => new Trouble(
                "Claude is overloaded at the moment.", retryAt is null ? "Try again in a minute." : null, retryAt),
            (413, _) => new Trouble("This is more than can be sent at once.", said ?? "Send less, or begin a new conversation."),
            (400, _) when said?.Contains("prompt is too long", StringComparison.OrdinalIgnoreCase) == true =>
                new Trouble("This conversation is longer than the model can read.", "Begin a new one, or pick a model that reads more."),
            (400, _) => new Trouble("The request wasn't accepted.", said),
            (403, _) => new Trouble("This isn't permitted.", said),
            (404, _) => new Trouble("The model isn't available here.", said ?? "Pick another one."),
            (408 or 504, _) => new Trouble("Claude didn't answer in time.", said),
            ( >= 500, _) => new Trouble(
                direct ? "Something went wrong at Anthropic." : "Something went wrong behind the gateway.", said, retryAt),
            var (code, _) => new Trouble(string.Create(CultureInfo.InvariantCulture, $"The request was refused ({code})."), said),
        };
        return trouble with { RequestId = refused.RequestID };
    }

    private static string? Sentence(string? said)
    {
        var words = said?.Trim();
        return string.IsNullOrEmpty(words) ? null : words.Length > 500 ? words[..500] + "…" : words;
    }
}
