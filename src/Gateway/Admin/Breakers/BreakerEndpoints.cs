using System.Text.Json.Serialization;
using Latchkey.Gateway.DataPath.Forward.Breaker;
using Latchkey.Gateway.Identity;
using Latchkey.Protocol;
using BreakerRegistry = Latchkey.Gateway.DataPath.Forward.Breaker.Breakers;

namespace Latchkey.Gateway.Admin.Breakers;

/// <summary><c>GET /admin/circuit-breaker</c> and its reset.</summary>
internal static class BreakerEndpoints
{
    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/admin/circuit-breaker", Read).RequireAuthorization(Access.DeviceOrOperator);
        endpoints.MapPost("/admin/circuit-breaker/reset", Reset).RequireAuthorization(Access.Operator);
    }

    private static IResult Read(BreakerRegistry breakers) => Results.Json(ReportOf(breakers), BreakerJson.Default.BreakerReport);

    private static IResult Reset(BreakerRegistry breakers)
    {
        breakers.ResetAll();
        return Results.Json(new BreakerReset("All circuit breakers are closed.", ReportOf(breakers)), BreakerJson.Default.BreakerReset);
    }

    private static BreakerReport ReportOf(BreakerRegistry breakers)
    {
        var snapshots = breakers.Snapshots();
        var worst = BreakerSummary.WorstOf(snapshots);
        return new BreakerReport(
            worst.State,
            worst.FailureCount,
            worst.SuccessCount,
            Instant(worst.NextAttempt),
            [.. snapshots.Select(s => new BreakerLine(s.Upstream, s.Model, s.State, s.FailureCount, s.SuccessCount, Instant(s.NextAttempt)))]);
    }

    private static string? Instant(DateTimeOffset? instant) => instant is { } known ? ProtocolJson.Instant(known) : null;
}

/// <summary>The worst of all breakers, by the old proxy's names, and each of them.</summary>
internal sealed record BreakerReport(CircuitState State, int FailureCount, int SuccessCount, string? NextAttempt, IReadOnlyList<BreakerLine> Breakers);

/// <summary>One breaker; a null model is the upstream's host.</summary>
internal sealed record BreakerLine(string Upstream, string? Model, CircuitState State, int FailureCount, int SuccessCount, string? NextAttempt);

/// <summary>Answer to a reset.</summary>
internal sealed record BreakerReset(string Message, BreakerReport Stats);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(BreakerReport))]
[JsonSerializable(typeof(BreakerReset))]
internal sealed partial class BreakerJson : JsonSerializerContext;
