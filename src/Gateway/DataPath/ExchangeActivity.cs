using System.Diagnostics;

namespace Latchkey.Gateway.DataPath;

/// <summary>The trace of an exchange: one server span, continuing the client's trace if it has one; nothing of it goes upstream.</summary>
internal static class ExchangeActivity
{
    public const string SourceName = "Latchkey.Gateway";

    private static readonly ActivitySource Source = new(SourceName);

    public static Activity? Start(HttpRequest request, string id)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        // The framework's own span of the request is recorded by nobody; as its child this one wouldn't be either.
        Activity.Current = null;
        ActivityContext.TryParse(request.Headers.TraceParent, request.Headers.TraceState, isRemote: true, out var parent);
        var activity = Source.StartActivity($"{request.Method} /v1", ActivityKind.Server, parent);
        activity?.SetTag("http.request.method", request.Method);
        activity?.SetTag("latchkey.request_id", id);
        return activity;
    }
}
