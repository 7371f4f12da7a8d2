using System.Text.Json;

namespace Latchkey.Gateway.DataPath.Accept;

/// <summary>The keys that mean something to us, in three groups that <see cref="BodyPeekKeys"/> tells apart by order.</summary>
internal enum BodyKey
{
    Unknown,

    // Read by policy, budget or meter, or by someone who would look for them: another spelling of these at the top is refused.
    Model,
    MaxTokens,
    MaxTokensToSample,
    Stream,
    Metadata,
    Tools,
    System,
    Messages,
    Thinking,
    ServiceTier,
    Speed,
    InferenceGeo,
    Fallbacks,
    Container,
    Thread,
    Diagnostics,
    FallbackCreditToken,
    BillingPolicy,
    Requests,
    Params,
    CustomId,

    // The caller's own data: the API takes neither a model nor an id from what is below them.
    Input,
    InputSchema,
    InputExamples,
    OutputSchema,
    OutputExamples,
    Schema,
    Tags,
    ClassifierContext,

    // Of interest further down.
    Type,
    From,
    To,
    Id,
    FileId,
    PreviousMessageId,

    // Named only so that an ordinary request allocates nothing for the check on duplicates.
    Temperature,
    TopK,
    TopP,
    StopSequences,
    ToolChoice,
    OutputConfig,
    ContextManagement,
    CacheControl,
    McpServers,
    Prompt,
}

/// <summary>Recognises keys as a parser would: escapes decoded; and tells a near miss (<c>Model</c>) from the key itself.</summary>
internal static class BodyPeekKeys
{
    private const int LongestName = 21;

    /// <summary>The Kelvin sign folds to k and takes three bytes: nothing longer can be, or look like, one of our names.</summary>
    private const int LongestSpelling = LongestName * 3;

    private static readonly (byte[] Name, BodyKey Key)[][] ByLength = Group(
    [
        ("model"u8.ToArray(), BodyKey.Model),
        ("max_tokens"u8.ToArray(), BodyKey.MaxTokens),
        ("max_tokens_to_sample"u8.ToArray(), BodyKey.MaxTokensToSample),
        ("stream"u8.ToArray(), BodyKey.Stream),
        ("metadata"u8.ToArray(), BodyKey.Metadata),
        ("tools"u8.ToArray(), BodyKey.Tools),
        ("system"u8.ToArray(), BodyKey.System),
        ("messages"u8.ToArray(), BodyKey.Messages),
        ("thinking"u8.ToArray(), BodyKey.Thinking),
        ("service_tier"u8.ToArray(), BodyKey.ServiceTier),
        ("speed"u8.ToArray(), BodyKey.Speed),
        ("inference_geo"u8.ToArray(), BodyKey.InferenceGeo),
        ("fallbacks"u8.ToArray(), BodyKey.Fallbacks),
        ("container"u8.ToArray(), BodyKey.Container),
        ("thread"u8.ToArray(), BodyKey.Thread),
        ("diagnostics"u8.ToArray(), BodyKey.Diagnostics),
        ("fallback_credit_token"u8.ToArray(), BodyKey.FallbackCreditToken),
        ("billing_policy"u8.ToArray(), BodyKey.BillingPolicy),
        ("requests"u8.ToArray(), BodyKey.Requests),
        ("params"u8.ToArray(), BodyKey.Params),
        ("custom_id"u8.ToArray(), BodyKey.CustomId),
        ("input"u8.ToArray(), BodyKey.Input),
        ("input_schema"u8.ToArray(), BodyKey.InputSchema),
        ("input_examples"u8.ToArray(), BodyKey.InputExamples),
        ("output_schema"u8.ToArray(), BodyKey.OutputSchema),
        ("output_examples"u8.ToArray(), BodyKey.OutputExamples),
        ("schema"u8.ToArray(), BodyKey.Schema),
        ("tags"u8.ToArray(), BodyKey.Tags),
        ("classifier_context"u8.ToArray(), BodyKey.ClassifierContext),
        ("type"u8.ToArray(), BodyKey.Type),
        ("from"u8.ToArray(), BodyKey.From),
        ("to"u8.ToArray(), BodyKey.To),
        ("id"u8.ToArray(), BodyKey.Id),
        ("file_id"u8.ToArray(), BodyKey.FileId),
        ("previous_message_id"u8.ToArray(), BodyKey.PreviousMessageId),
        ("temperature"u8.ToArray(), BodyKey.Temperature),
        ("top_k"u8.ToArray(), BodyKey.TopK),
        ("top_p"u8.ToArray(), BodyKey.TopP),
        ("stop_sequences"u8.ToArray(), BodyKey.StopSequences),
        ("tool_choice"u8.ToArray(), BodyKey.ToolChoice),
        ("output_config"u8.ToArray(), BodyKey.OutputConfig),
        ("context_management"u8.ToArray(), BodyKey.ContextManagement),
        ("cache_control"u8.ToArray(), BodyKey.CacheControl),
        ("mcp_servers"u8.ToArray(), BodyKey.McpServers),
        ("prompt"u8.ToArray(), BodyKey.Prompt),
    ]);

    public static bool IsPolicyKey(BodyKey key) => key is >= BodyKey.Model and <= BodyKey.CustomId;

    public static bool IsCallersOwnData(BodyKey key) => key is >= BodyKey.Input and <= BodyKey.ClassifierContext;

    /// <summary>
    /// The key that the reader stands on. <paramref name="exact"/> is false when only the case differs: then a parser that ignores case
    /// would take it for the key, and one that doesn't wouldn't.
    /// </summary>
    public static BodyKey Find(ref Utf8JsonReader reader, out bool exact)
    {
        exact = false;
        Span<byte> scratch = stackalloc byte[LongestSpelling * 6];
        var spelled = Decode(ref reader, scratch);
        if (spelled is 0 or > LongestSpelling)
        {
            return BodyKey.Unknown;
        }

        Span<byte> folded = stackalloc byte[LongestSpelling];
        var length = Fold(scratch[..spelled], folded, out exact);
        if (length is 0 or > LongestName)
        {
            return BodyKey.Unknown;
        }

        foreach (var (candidate, key) in ByLength[length])
        {
            if (folded[..length].SequenceEqual(candidate))
            {
                return key;
            }
        }

        return BodyKey.Unknown;
    }

    /// <summary>
    /// Copies the text of the key or string that the reader stands on, escapes decoded, and returns its length; 0 when its raw form is
    /// longer than the scratch.
    /// </summary>
    public static int Decode(ref Utf8JsonReader reader, scoped Span<byte> scratch) =>
        RawLength(ref reader) <= scratch.Length ? reader.CopyString(scratch) : 0;

    public static long RawLength(ref Utf8JsonReader reader) => reader.HasValueSequence ? reader.ValueSequence.Length : reader.ValueSpan.Length;

    /// <summary>Lower case by Unicode's simple folding, as far as it ends in ASCII: A–Z, the long s (U+017F), the Kelvin sign (U+212A).</summary>
    private static int Fold(ReadOnlySpan<byte> name, Span<byte> folded, out bool exact)
    {
        exact = true;
        var length = 0;
        while (!name.IsEmpty)
        {
            var taken = 1;
            var b = name[0];
            if (b is >= (byte)'A' and <= (byte)'Z')
            {
                b |= 0x20;
                exact = false;
            }
            else if (b >= 0x80)
            {
                exact = false;
                if (name.StartsWith("\u017F"u8))
                {
                    (b, taken) = ((byte)'s', 2);
                }
                else if (name.StartsWith("\u212A"u8))
                {
                    (b, taken) = ((byte)'k', 3);
                }
                else
                {
                    return 0;
                }
            }

            folded[length++] = b;
            name = name[taken..];
        }

        return length;
    }

    private static (byte[] Name, BodyKey Key)[][] Group((byte[] Name, BodyKey Key)[] names)
    {
        var byLength = new (byte[] Name, BodyKey Key)[LongestName + 1][];
        for (var length = 0; length < byLength.Length; length++)
        {
            byLength[length] = Array.FindAll(names, entry => entry.Name.Length == length);
        }

        return byLength;
    }
}
