using System.Text.Json;

namespace Latchkey.Claude;

/// <summary>What one usage object says: null where it says nothing. Read as a whole before any of it counts.</summary>
internal struct UsagePatch
{
    /// <summary>A real call has a handful of iterations; an endless list must not fill the memory.</summary>
    private const int MaxIterations = 1024;

    public TokenCounts Tokens;
    public long? Thinking;
    public long? WebSearches;
    public long? WebFetches;
    public long? CodeExecutions;
    public string? ServiceTier;
    public string? InferenceGeo;
    public string? Speed;
    public ValueList<UsageIteration>? Iterations;

    /// <summary>There was a usage object.</summary>
    public bool Present;

    /// <summary>Values that were there and were no counters.</summary>
    public int Unreadable;

    /// <summary>Reads the object that the reader stands on; anything else leaves the patch empty.</summary>
    public void Read(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }
        Present = true;
        while (reader.NextProperty())
        {
            if (!Tokens.TryRead(ref reader, ref Unreadable))
            {
                ReadOther(ref reader);
            }
        }
    }

    private void ReadOther(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("output_tokens_details"u8))
        {
            ReadDetails(ref reader);
        }
        else if (reader.ValueTextEquals("server_tool_use"u8))
        {
            ReadServerTools(ref reader);
        }
        else if (reader.ValueTextEquals("iterations"u8))
        {
            ReadIterations(ref reader);
        }
        else if (reader.ValueTextEquals("service_tier"u8))
        {
            ServiceTier = reader.ReadText();
        }
        else if (reader.ValueTextEquals("inference_geo"u8))
        {
            InferenceGeo = reader.ReadText();
        }
        else if (reader.ValueTextEquals("speed"u8))
        {
            Speed = reader.ReadText();
        }
        else
        {
            reader.SkipValue();
        }
    }

    private void ReadDetails(ref Utf8JsonReader reader)
    {
        if (!reader.EntersObject())
        {
            return;
        }
        while (reader.NextProperty())
        {
            if (reader.ValueTextEquals("thinking_tokens"u8))
            {
                Thinking = reader.ReadCount(ref Unreadable);
            }
            else
            {
                reader.SkipValue();
            }
        }
    }

    private void ReadServerTools(ref Utf8JsonReader reader)
    {
        if (!reader.EntersObject())
        {
            return;
        }
        while (reader.NextProperty())
        {
            if (reader.ValueTextEquals("web_search_requests"u8))
            {
                WebSearches = reader.ReadCount(ref Unreadable);
            }
            else if (reader.ValueTextEquals("web_fetch_requests"u8))
            {
                WebFetches = reader.ReadCount(ref Unreadable);
            }
            else if (reader.ValueTextEquals("code_execution_requests"u8))
            {
                CodeExecutions = reader.ReadCount(ref Unreadable);
            }
            else
            {
                reader.SkipValue();
            }
        }
    }

    private void ReadIterations(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return;
        }
        List<UsageIteration> found = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.StartObject && found.Count < MaxIterations)
            {
                found.Add(ReadIteration(ref reader));
            }
            else
            {
                reader.Skip();
                Unreadable++;
            }
        }
        Iterations = ValueList<UsageIteration>.From(found);
    }

    private UsageIteration ReadIteration(ref Utf8JsonReader reader)
    {
        var tokens = new TokenCounts();
        string? type = null;
        string? model = null;
        while (reader.NextProperty())
        {
            if (tokens.TryRead(ref reader, ref Unreadable))
            {
                continue;
            }
            if (reader.ValueTextEquals("type"u8))
            {
                type = reader.ReadText();
            }
            else if (reader.ValueTextEquals("model"u8))
            {
                model = reader.ReadText();
            }
            else
            {
                reader.SkipValue();
            }
        }
        return new UsageIteration
        {
            Type = type ?? "",
            Model = model,
            InputTokens = tokens.Input ?? 0,
            OutputTokens = tokens.Output ?? 0,
            CacheCreationInputTokens = tokens.Written,
            CacheReadInputTokens = tokens.CacheRead ?? 0,
            CacheCreation5mInputTokens = tokens.Written5m,
            CacheCreation1hInputTokens = tokens.Written1h,
        };
    }
}
