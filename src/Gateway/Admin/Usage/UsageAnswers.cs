using System.Text.Json.Serialization;

namespace Latchkey.Gateway.Admin.Usage;

/// <summary>Answer of <c>GET /admin/stats</c>: the old proxy's five figures by their old names, and more.</summary>
internal sealed record UsageStats
{
    [JsonPropertyName("totalRequests")]
    public long TotalRequests { get; init; }

    [JsonPropertyName("totalInputTokens")]
    public long TotalInputTokens { get; init; }

    [JsonPropertyName("totalOutputTokens")]
    public long TotalOutputTokens { get; init; }

    [JsonPropertyName("totalCacheCreationInputTokens")]
    public long TotalCacheCreationInputTokens { get; init; }

    [JsonPropertyName("totalCacheReadInputTokens")]
    public long TotalCacheReadInputTokens { get; init; }

    /// <summary>US dollars by the price book, exact to the nano-dollar.</summary>
    [JsonPropertyName("totalCostUsd")]
    public decimal TotalCostUsd { get; init; }

    /// <summary>Milliseconds from a request's head to the end of its answer.</summary>
    [JsonPropertyName("averageLatency")]
    public double AverageLatency { get; init; }

    /// <summary>Share of the exchanges that ended with a 2xx answer, whole; 1 when there were none.</summary>
    [JsonPropertyName("successRate")]
    public double SuccessRate { get; init; }

    public static UsageStats Of(UsageSums sums) => new()
    {
        TotalRequests = sums.Requests,
        TotalInputTokens = sums.InputTokens,
        TotalOutputTokens = sums.OutputTokens,
        TotalCacheCreationInputTokens = sums.CacheCreationInputTokens,
        TotalCacheReadInputTokens = sums.CacheReadInputTokens,
        TotalCostUsd = sums.CostUsd,
        AverageLatency = sums.AverageLatency,
        SuccessRate = sums.SuccessRate,
    };
}

/// <summary>One exchange, as <c>GET /admin/usage</c> tells it.</summary>
internal sealed record UsageMetric
{
    public required string RequestId { get; init; }

    public string? UpstreamRequestId { get; init; }

    public required string DeviceId { get; init; }

    public string? UserId { get; init; }

    public string? OrgId { get; init; }

    public string? ClientSessionId { get; init; }

    public required string Route { get; init; }

    public bool Stream { get; init; }

    /// <summary>The model that answered, or the one that was asked for when none did.</summary>
    public string? Model { get; init; }

    public string? ModelAsked { get; init; }

    public long InputTokens { get; init; }

    public long OutputTokens { get; init; }

    public long CacheCreationInputTokens { get; init; }

    public long CacheReadInputTokens { get; init; }

    /// <summary><c>actual</c>, <c>estimated</c>, <c>unpriced</c> or <c>none</c>.</summary>
    public required string Quality { get; init; }

    /// <summary>Why the figures are an estimate; null unless they are one.</summary>
    public string? QualityReason { get; init; }

    /// <summary>US dollars by the price book, exact to the nano-dollar, with what was corrected since.</summary>
    public decimal CostUsd { get; init; }

    /// <summary>Version and content hash of the price book that the call was settled by.</summary>
    public required string PriceVersion { get; init; }

    /// <summary>The book doesn't know the model: the cost is at the dearest rate of its family.</summary>
    public bool Unpriced { get; init; }

    /// <summary>Milliseconds from the request's head to the end of its answer.</summary>
    public double LatencyMs { get; init; }

    /// <summary>Milliseconds from the request's head to the first byte of its answer.</summary>
    public double? FirstByteMs { get; init; }

    public int Status { get; init; }

    public required string Ending { get; init; }

    public required string Fault { get; init; }

    public string? ErrorType { get; init; }

    public string? StopReason { get; init; }

    /// <summary>When the request came: ISO 8601, UTC, milliseconds.</summary>
    public required string Timestamp { get; init; }
}

/// <summary>Answer of <c>GET /admin/usage</c>.</summary>
internal sealed record UsageReport(UsageStats Stats, IReadOnlyList<UsageMetric> Metrics);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(UsageStats))]
[JsonSerializable(typeof(UsageReport))]
internal sealed partial class UsageAnswersJson : JsonSerializerContext;
