using System.Globalization;

namespace Latchkey.Gateway.DataPath.Accept;

/// <summary>Ids of exchanges: sortable by time (RFC 9562 version 7), recognisable in a log.</summary>
internal static class RequestId
{
    /// <summary>The answer's header that carries it, beside Anthropic's own <c>request-id</c>.</summary>
    public const string Header = "x-latchkey-request-id";

    public const string Prefix = "req_lk_";

    public static string New(TimeProvider time) =>
        Prefix + Guid.CreateVersion7(time.GetUtcNow()).ToString("N", CultureInfo.InvariantCulture);
}
