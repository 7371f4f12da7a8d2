using System.Text.Json;

namespace Latchkey.Claude;

/// <summary>The counters that a usage object and each of its iterations share, as read: null where nothing was said.</summary>
internal struct TokenCounts
{
    public long? Input;
    public long? Output;
    public long? CacheCreation;
    public long? CacheRead;
    public long? Split5m;
    public long? Split1h;

    /// <summary>All that was written to the cache; some answers tell only the split.</summary>
    public readonly long Written => CacheCreation is > 0 ? CacheCreation.Value : (Split5m ?? 0) + (Split1h ?? 0);

    /// <summary>Never more than was written: the split comes from another field and may disagree.</summary>
    public readonly long Written1h => Math.Min(Split1h ?? 0, Written);

    /// <summary>What was not said to be for an hour is billed at the five minute price.</summary>
    public readonly long Written5m => Written - Written1h;

    /// <summary>Reads the property if it is one of these counters; false leaves the reader on its name.</summary>
    public bool TryRead(ref Utf8JsonReader reader, ref int unreadable)
    {
        if (reader.ValueTextEquals("input_tokens"u8))
        {
            Input = reader.ReadCount(ref unreadable);
        }
        else if (reader.ValueTextEquals("output_tokens"u8))
        {
            Output = reader.ReadCount(ref unreadable);
        }
        else if (reader.ValueTextEquals("cache_creation_input_tokens"u8))
        {
            CacheCreation = reader.ReadCount(ref unreadable);
        }
        else if (reader.ValueTextEquals("cache_read_input_tokens"u8))
        {
            CacheRead = reader.ReadCount(ref unreadable);
        }
        else if (reader.ValueTextEquals("cache_creation"u8))
        {
            ReadSplit(ref reader, ref unreadable);
        }
        else
        {
            return false;
        }
        return true;
    }

    private void ReadSplit(ref Utf8JsonReader reader, ref int unreadable)
    {
        if (!reader.EntersObject())
        {
            return;
        }
        while (reader.NextProperty())
        {
            if (reader.ValueTextEquals("ephemeral_5m_input_tokens"u8))
            {
                Split5m = reader.ReadCount(ref unreadable);
            }
            else if (reader.ValueTextEquals("ephemeral_1h_input_tokens"u8))
            {
                Split1h = reader.ReadCount(ref unreadable);
            }
            else
            {
                reader.SkipValue();
            }
        }
    }
}
