using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Latchkey.Gateway.Identity;
using Latchkey.Protocol;

namespace Latchkey.Gateway.Admin.Prices;

/// <summary><c>POST /admin/prices/rerate</c>.</summary>
internal static class RerateEndpoint
{
    private const int MaxBody = 65_536;
    private const int MaxModels = 100;
    private const decimal NanoDollars = 1_000_000_000m;

    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapPost("/admin/prices/rerate", RunAsync).RequireAuthorization(Access.Operator);

    private static async Task<IResult> RunAsync(HttpContext http, Rerating rerating)
    {
        var (request, problem) = await ReadAsync(http);
        if (request is null)
        {
            return problem!;
        }

        if (!TryInstant(request.From, out var from) || !TryInstant(request.To, out var to) || from >= to)
        {
            return Refuse(StatusCodes.Status400BadRequest, "from and to are instants in ISO 8601, such as 2026-11-22T00:00:00Z, the first one earlier.");
        }

        if (request.Models is { } models && (models.Count is 0 or > MaxModels || models.Any(string.IsNullOrWhiteSpace)))
        {
            return Refuse(StatusCodes.Status400BadRequest, $"models holds 1 to {MaxModels} names; leave it out for all.");
        }

        return await rerating.RunAsync(new RatedSpan(from, to, request.Models), request.DryRun, http.RequestAborted) is { } result
            ? Results.Json(
                new RerateAnswer(
                    request.DryRun,
                    ProtocolJson.Instant(from),
                    ProtocolJson.Instant(to),
                    result.PriceVersion,
                    result.RowsLookedAt,
                    result.RowsCorrected,
                    result.DifferenceNanoDollars,
                    result.DifferenceNanoDollars / NanoDollars),
                RerateJson.Default.RerateAnswer)
            : Refuse(StatusCodes.Status409Conflict, "Another re-rating is under way. Ask again when it has ended.");
    }

    private static async Task<(RerateRequest? Request, IResult? Problem)> ReadAsync(HttpContext http)
    {
        if (!http.Request.HasJsonContentType() || http.Request.Headers.ContentEncoding.Count > 0)
        {
            return (null, Refuse(StatusCodes.Status415UnsupportedMediaType, "Send the request as content-type application/json, without content-encoding."));
        }

        var body = new byte[MaxBody + 1];
        try
        {
            var length = await http.Request.Body.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, http.RequestAborted);
            return length > MaxBody
                ? (null, Refuse(StatusCodes.Status413PayloadTooLarge, $"The body is larger than {MaxBody} bytes."))
                : JsonSerializer.Deserialize(body.AsSpan(0, length), RerateJson.Default.RerateRequest) is { } request
                    ? (request, null)
                    : (null, Refuse(StatusCodes.Status400BadRequest, "The body is a JSON object with from, to, and if wanted models and dry_run."));
        }
        catch (JsonException e)
        {
            return (null, Refuse(StatusCodes.Status400BadRequest, $"The body is a JSON object with from, to, and if wanted models and dry_run; at {e.Path ?? "$"} it isn't."));
        }
        catch (IOException) when (!http.RequestAborted.IsCancellationRequested)
        {
            // Kestrel's BadHttpRequestException is one of them.
            return (null, Refuse(StatusCodes.Status400BadRequest, "The request's body is malformed or came too slowly."));
        }
    }

    private static IResult Refuse(int status, string detail) => Results.Problem(detail, statusCode: status);

    private static bool TryInstant(string text, out DateTimeOffset instant) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out instant);
}

/// <summary>Body of <c>POST /admin/prices/rerate</c>.</summary>
internal sealed record RerateRequest
{
    /// <summary>First instant: ISO 8601, UTC unless it says otherwise.</summary>
    public required string From { get; init; }

    /// <summary>First instant that is too late.</summary>
    public required string To { get; init; }

    /// <summary>Names of models; null: all.</summary>
    public IReadOnlyList<string>? Models { get; init; }

    /// <summary>Only say what would be corrected.</summary>
    public bool DryRun { get; init; }
}

/// <summary>Answer of <c>POST /admin/prices/rerate</c>.</summary>
internal sealed record RerateAnswer(
    bool DryRun,
    string From,
    string To,
    string PriceVersion,
    long RowsLookedAt,
    long RowsCorrected,
    decimal DifferenceNanoDollars,
    decimal DifferenceUsd);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(RerateRequest))]
[JsonSerializable(typeof(RerateAnswer))]
internal sealed partial class RerateJson : JsonSerializerContext;
