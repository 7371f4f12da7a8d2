using System.Text.Json;
using System.Text.Json.Serialization;

namespace Latchkey.Claude.Tests;

/// <summary>One folder of Conformance/, read strictly: what its README doesn't name is an error.</summary>
internal sealed record ConformanceCase(string Folder, CaseFile Case, ExpectedFile Expected, byte[] Answer)
{
    public static readonly string Root = Path.Combine(AppContext.BaseDirectory, "Conformance");

    private static readonly JsonSerializerOptions Strict = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
    };

    public static string[] Folders() => [.. Directory.GetDirectories(Root).Select(d => Path.GetFileName(d)).Order(StringComparer.Ordinal)];

    public static string AnswerName(string kind) => kind switch
    {
        "stream" => "answer.sse",
        "body" => "answer.json",
        "batch-line" => "answer.jsonl",
        _ => throw new InvalidOperationException($"no such kind: {kind}"),
    };

    public static ConformanceCase Load(string folder)
    {
        var path = Path.Combine(Root, folder);
        var about = Read<CaseFile>(Path.Combine(path, "case.json"));
        return new ConformanceCase(
            folder, about, Read<ExpectedFile>(Path.Combine(path, "expected.json")), File.ReadAllBytes(Path.Combine(path, AnswerName(about.Kind))));
    }

    public static PriceBook Prices()
    {
        using var stream = File.OpenRead(Path.Combine(Root, "prices.json"));
        PriceBook.TryRead(stream, out var book, out var problem).Should().BeTrue(problem);
        return book!;
    }

    /// <summary>Reads the answer in pieces of these lengths, as an upstream might deliver it.</summary>
    public UsageReading Meter(params int[] lengths)
    {
        IUsageReader reader = Case.Kind == "stream" ? new StreamUsageReader() : new JsonUsageReader();
        Sse.Push(Case.Kind == "batch-line" ? MessageOf(Answer) : Answer, lengths, piece => reader.Read(piece));
        return reader.Complete();
    }

    /// <summary>A batch line wraps the message or the error that the call would have answered; other results have neither.</summary>
    private static byte[] MessageOf(byte[] line)
    {
        using var document = JsonDocument.Parse(line);
        var result = document.RootElement.GetProperty("result");
        return result.TryGetProperty("message", out var answer) || result.TryGetProperty("error", out answer)
            ? System.Text.Encoding.UTF8.GetBytes(answer.GetRawText())
            : [];
    }

    private static T Read<T>(string path) => JsonSerializer.Deserialize<T>(File.ReadAllBytes(path), Strict)!;
}

internal sealed record CaseFile(string Name, string Shows, string Source, string Kind, string RequestedModel, bool Batch);

internal sealed record ExpectedFile
{
    public required string? Model { get; init; }

    public required JsonElement Usage { get; init; }

    public required FactsFile Facts { get; init; }

    public required CostFile Cost { get; init; }
}

internal sealed record FactsFile
{
    public required bool Complete { get; init; }

    public required bool UsageSeen { get; init; }

    public required bool OutputIsFinal { get; init; }

    public required bool RefusedWithoutOutput { get; init; }

    public required string? StopReason { get; init; }

    public required string? ErrorType { get; init; }

    public string? ErrorCode { get; init; }

    public required long Skipped { get; init; }

    public long? DeliveredContentBytes { get; init; }

    public long EstimatedThinkingTokens { get; init; }

    public long? CountedInputTokens { get; init; }
}

internal sealed record CostFile
{
    public required long NanoDollars { get; init; }

    public required string Quality { get; init; }

    public required PartFile[] Parts { get; init; }
}

internal sealed record PartFile
{
    public int? Iteration { get; init; }

    public string? Model { get; init; }

    public required string Kind { get; init; }

    public required long Quantity { get; init; }

    public required long Rate { get; init; }

    public required long NanoDollars { get; init; }
}
