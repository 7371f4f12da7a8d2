using System.Globalization;

namespace Latchkey.Desktop.Chat.Answers;

/// <summary>What an answer's head says about trying again. The SDK's exceptions don't carry it, so it is read as the head passes.</summary>
internal sealed class RetryHeaders
{
    /// <summary>How long to wait, by <c>retry-after-ms</c> or <c>retry-after</c>; null when neither was sent.</summary>
    public TimeSpan? After { get; private set; }

    /// <summary><c>x-should-retry</c>; null when it wasn't sent.</summary>
    public bool? ShouldRetry { get; private set; }

    public void Read(HttpResponseMessage response, DateTimeOffset now)
    {
        After = Milliseconds(response) ?? response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date > now ? date - now : TimeSpan.Zero,
            _ => null,
        };
        ShouldRetry = First(response, "x-should-retry") switch
        {
            "true" => true,
            "false" => false,
            _ => null,
        };
    }

    private static TimeSpan? Milliseconds(HttpResponseMessage response) =>
        double.TryParse(First(response, "retry-after-ms"), NumberStyles.Float, CultureInfo.InvariantCulture, out var ms)
        && ms is >= 0 and < 86_400_000
            ? TimeSpan.FromMilliseconds(ms)
            : null;

    private static string? First(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}

/// <summary>Notes the head of each response that passes.</summary>
internal sealed class RetryHeadersReader(RetryHeaders headers, TimeProvider time) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        headers.Read(response, time.GetUtcNow());
        return response;
    }
}
