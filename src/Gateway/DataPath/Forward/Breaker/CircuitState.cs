using System.Text.Json.Serialization;

namespace Latchkey.Gateway.DataPath.Forward.Breaker;

/// <summary>In order of how bad it is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CircuitState>))]
internal enum CircuitState
{
    [JsonStringEnumMemberName("CLOSED")]
    Closed,

    [JsonStringEnumMemberName("HALF_OPEN")]
    HalfOpen,

    [JsonStringEnumMemberName("OPEN")]
    Open,
}
