using System.Globalization;
using Latchkey.Claude;

namespace Latchkey.Gateway.DataPath.Accept;

/// <summary>
/// Why a call is answered by the gateway instead of Claude: every refusal of <c>/v1</c> with its status, its Anthropic
/// error type and its words. Wording and headers follow what Claude Code and the SDKs do with them.
/// </summary>
internal sealed record Refusal(int Status, string Type, string Message)
{
    /// <summary>Sent as <c>retry-after</c> in whole seconds, rounded up, at least 1.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Sent as <c>x-should-retry</c>: what the SDKs obey before their own rules.</summary>
    public bool? ShouldRetry { get; init; }

    /// <summary>The words hold a piece of what the client sent: the client may see it, the log may not.</summary>
    public bool QuotesClient { get; init; }

    // Accept

    public static Refusal BadTarget(string reason) => new(400, ClaudeErrors.InvalidRequest, $"The request's path isn't canonical: {reason}.") { ShouldRetry = false };

    public static Refusal UnknownRoute() => new(404, ClaudeErrors.NotFound, "This gateway doesn't serve that path.");

    public static Refusal MethodNotAllowed(string method) =>
        new(405, ClaudeErrors.InvalidRequest, $"Method {Printable(method)} isn't allowed here.") { ShouldRetry = false };

    public static Refusal BadRequest(string message) => new(400, ClaudeErrors.InvalidRequest, message) { ShouldRetry = false };

    /// <summary>The body can't be understood, or could be understood in two ways.</summary>
    public static Refusal MalformedBody(string message) => BadRequest(message) with { QuotesClient = true };

    public static Refusal PayloadTooLarge(int limit) => new(
        413,
        ClaudeErrors.RequestTooLarge,
        string.Create(CultureInfo.InvariantCulture, $"The request's body is larger than this gateway's limit of {limit} bytes (MAX_PAYLOAD_SIZE)."))
    {
        ShouldRetry = false,
    };

    public static Refusal ContentEncoding() =>
        new(415, ClaudeErrors.InvalidRequest, "This gateway doesn't take compressed request bodies: send them without content-encoding.") { ShouldRetry = false };

    public static Refusal SlowBody() => new(408, ClaudeErrors.InvalidRequest, "The request's body didn't arrive in time.");

    public static Refusal ForeignOrigin() =>
        new(403, ClaudeErrors.Permission, "This page's origin isn't one that the gateway's operator allows (CORS_ORIGINS).") { ShouldRetry = false };

    // Authenticate

    public static Refusal NoCredential() => Unauthenticated(
        "No wrapper token: send one as 'Authorization: Bearer' or 'x-api-key'. Get one from POST /bootstrap.");

    public static Refusal BadCredential() => Unauthenticated("The wrapper token isn't valid here. Get a new one from POST /bootstrap.");

    public static Refusal ExpiredCredential() => Unauthenticated("The wrapper token has expired. Get a new one from POST /refresh or POST /bootstrap.");

    public static Refusal TwoIdentities() => Unauthenticated(
        "'Authorization' and 'x-api-key' carry wrapper tokens of two different devices: send one.");

    public static Refusal KeysUnavailable() =>
        new(503, ClaudeErrors.Api, "The gateway can't check wrapper tokens right now.") { RetryAfter = TimeSpan.FromSeconds(5) };

    /// <summary>Ends an answer under way, whose status is sent: only the type and the words reach the client.</summary>
    public static Refusal AccessWithdrawn() =>
        new(401, ClaudeErrors.PolicyBlocked, "Access to this gateway was withdrawn, so it has ended this answer here. Ask your operator.") { ShouldRetry = false };

    // Authorize

    public static Refusal Policy(string message) => new(400, ClaudeErrors.PolicyBlocked, message) { ShouldRetry = false };

    public static Refusal RateLimited(string message, TimeSpan retryAfter) => new(429, ClaudeErrors.RateLimit, message) { RetryAfter = retryAfter };

    /// <summary>For ever, or for long: clients that obeyed <paramref name="resetsAfter"/> would hang, so they are told not to come again by themselves.</summary>
    public static Refusal BudgetUsedUp(string message, TimeSpan? resetsAfter) =>
        new(429, ClaudeErrors.Billing, message) { RetryAfter = resetsAfter, ShouldRetry = false };

    /// <summary>Ends an answer under way, whose status is sent: only the type and the words reach the client.</summary>
    public static Refusal BudgetCut() =>
        new(429, ClaudeErrors.PolicyBlocked, "The budget that pays for this answer is used up, so the gateway has ended it here. Ask your operator for a larger one.");

    public static Refusal SpendUnknown() =>
        new(503, ClaudeErrors.Overloaded, "The gateway can't read what was spent right now, so it lets nothing in that has a budget.") { RetryAfter = TimeSpan.FromSeconds(5) };

    // Settle

    public static Refusal LedgerUnavailable() =>
        new(503, ClaudeErrors.Overloaded, "The gateway can't write down what calls cost right now, so it lets none in.") { RetryAfter = TimeSpan.FromSeconds(5) };

    // Forward

    public static Refusal BreakerOpen(string what, TimeSpan retryAfter) =>
        new(503, ClaudeErrors.Overloaded, $"Claude isn't answering for {what}; the gateway is waiting before it tries again.") { RetryAfter = retryAfter };

    public static Refusal UpstreamLimited(TimeSpan retryAfter) =>
        new(429, ClaudeErrors.RateLimit, "The organisation's upstream limit is used up for this model.") { RetryAfter = retryAfter };

    public static Refusal UpstreamRefusesKey() =>
        new(502, ClaudeErrors.Api, "The gateway's own upstream credential was refused. Its operator has been told.") { ShouldRetry = false };

    public static Refusal UpstreamRedirects() =>
        new(502, ClaudeErrors.Api, "The upstream answered with a redirect, which the gateway doesn't follow.") { ShouldRetry = false };

    public static Refusal UpstreamUnreachable() => new(502, ClaudeErrors.Api, "The gateway couldn't reach Claude.");

    public static Refusal UpstreamTimeout() => new(504, ClaudeErrors.Timeout, "Claude didn't answer in time.");

    public static Refusal Internal() => new(500, ClaudeErrors.Api, "The gateway failed to handle this request.");

    // A 401 to a client with a fixed token: without the hint it would be sent again ten times.
    private static Refusal Unauthenticated(string message) => new(401, ClaudeErrors.Authentication, message) { ShouldRetry = false };

    private static string Printable(string text) =>
        text.Length <= 16 && text.All(char.IsAsciiLetter) ? text : "of the request";
}
