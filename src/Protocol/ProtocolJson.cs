using System.Globalization;
using System.Text.Json.Serialization;

namespace Latchkey.Protocol;

/// <summary>Serialises the wire types without reflection, so that clients can be compiled ahead of time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BootstrapRequest))]
[JsonSerializable(typeof(RefreshRequest))]
[JsonSerializable(typeof(TokenResponse))]
public sealed partial class ProtocolJson : JsonSerializerContext
{
    /// <summary>An instant as the contract writes it: ISO 8601, UTC, milliseconds.</summary>
    public static string Instant(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
