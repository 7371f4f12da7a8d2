using System.Text.Json.Serialization;
using Latchkey.Protocol;

namespace Latchkey.Gateway.Telemetry;

/// <summary><c>GET /healthz</c> (the process answers) and <c>GET /readyz</c> (it should get calls).</summary>
internal static class HealthEndpoints
{
    public static void Map(IEndpointRouteBuilder endpoints)
    {
        // Some load balancers ask with HEAD.
        string[] methods = ["GET", "HEAD"];
        endpoints.MapMethods("/healthz", methods, Health).AllowAnonymous();
        endpoints.MapMethods("/readyz", methods, Ready).AllowAnonymous();
    }

    private static IResult Health(TimeProvider time) =>
        Results.Json(new HealthAnswer("ok", ProtocolJson.Instant(time.GetUtcNow())), HealthJson.Default.HealthAnswer);

    private static IResult Ready(Readiness readiness, TimeProvider time) => readiness.IsDraining
        ? Results.Json(new ReadyAnswer("not_ready", "draining", [], ProtocolJson.Instant(time.GetUtcNow())), HealthJson.Default.ReadyAnswer, statusCode: 503)
        : Results.Json(new ReadyAnswer("ready", null, readiness.Warnings(), ProtocolJson.Instant(time.GetUtcNow())), HealthJson.Default.ReadyAnswer);
}

/// <summary>Answer of <c>/healthz</c>.</summary>
internal sealed record HealthAnswer(string Status, string Timestamp);

/// <summary>Answer of <c>/readyz</c>.</summary>
internal sealed record ReadyAnswer(string Status, string? Reason, IReadOnlyList<string> Warnings, string Timestamp);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(HealthAnswer))]
[JsonSerializable(typeof(ReadyAnswer))]
internal sealed partial class HealthJson : JsonSerializerContext;
