using System.Text.Json;

namespace Latchkey.Desktop.Chat.Answers;

/// <summary>Why an answer didn't come to its end, in words for the person.</summary>
/// <param name="What">What happened, in one sentence.</param>
/// <param name="Advice">What to do about it, or what the other side said; null when there is nothing to add.</param>
/// <param name="RetryAt">When another try can succeed; null when nobody said.</param>
/// <param name="RequestId">The id to tell whoever runs the gateway; null when the request got none.</param>
public sealed record Trouble(string What, string? Advice = null, DateTimeOffset? RetryAt = null, string? RequestId = null)
{
    public string ToJson() => JsonSerializer.Serialize(this);

    public static Trouble FromJson(string json) => JsonSerializer.Deserialize<Trouble>(json)!;
}
