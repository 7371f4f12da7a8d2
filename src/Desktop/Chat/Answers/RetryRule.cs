using System.Net;
using Anthropic.Exceptions;
using Latchkey.Client;

namespace Latchkey.Desktop.Chat.Answers;

/// <summary>
/// Whether to try again by ourselves, and when. The SDK could do it, but it waits for as long as <c>retry-after</c> says and shows nothing
/// meanwhile; a person in front of a window wants to know, and to decide when it takes long.
/// </summary>
internal static class RetryRule
{
    private const int MostTries = 3;
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);

    /// <summary>How long to wait before the next try; null to give up.</summary>
    /// <param name="exception">How this one failed, with nothing of the answer there yet.</param>
    /// <param name="headers">What came with it.</param>
    /// <param name="tries">How many there have been.</param>
    public static TimeSpan? WaitFor(Exception exception, RetryHeaders headers, int tries)
    {
        if (tries >= MostTries || headers.ShouldRetry == false || !(headers.ShouldRetry == true || MayPass(exception)))
        {
            return null;
        }

        var wait = headers.After ?? FirstWait * Math.Pow(3, tries - 1);
        return wait <= LongestWait ? wait : null;
    }

    private static bool MayPass(Exception exception) => exception switch
    {
        // It says itself that there is no way, and the client looks for one in the background.
        LatchkeyException or { InnerException: LatchkeyException } => false,
        AnthropicApiException { StatusCode: var status } =>
            status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= (HttpStatusCode)500,
        AnthropicSseException sse => sse.Type?.Raw() is "overloaded_error" or "api_error",
        AnthropicIOException or HttpRequestException or IOException or AnswerBrokeOffException => true,
        _ => false,
    };
}
