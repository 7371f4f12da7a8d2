using System.Text.Json;

namespace Latchkey.Claude;

/// <summary>Reads single JSON values without trust: what isn't of the expected kind is null, and the reader stands at the value's end.</summary>
internal static class JsonValues
{
    /// <summary>No name, id or type of the API comes near; longer text must not reach a ledger or a metric's label.</summary>
    private const int MaxTextBytes = 256;

    /// <summary>A trillion tokens is nonsense from a broken upstream; below it no sum of counters can overflow.</summary>
    private const long MaxCount = 1_000_000_000_000;

    /// <summary>Moves to the next property's value; false at the object's end.</summary>
    public static bool NextProperty(ref this Utf8JsonReader reader) => reader.Read() && reader.TokenType == JsonTokenType.PropertyName;

    /// <summary>Steps from the property's name to its value; true if that is an object. Anything else is passed over.</summary>
    public static bool EntersObject(ref this Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            return true;
        }
        reader.Skip();
        return false;
    }

    /// <summary>Moves into the next object of this name, passing over everything before it; false at the end of the object around it.</summary>
    public static bool NextObject(ref this Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        while (reader.NextProperty())
        {
            if (!reader.ValueTextEquals(name))
            {
                reader.SkipValue();
            }
            else if (reader.EntersObject())
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Passes over the value of the property whose name was read.</summary>
    public static void SkipValue(ref this Utf8JsonReader reader)
    {
        reader.Read();
        reader.Skip();
    }

    /// <summary>The text of the property whose name was read.</summary>
    public static string? ReadText(ref this Utf8JsonReader reader)
    {
        reader.Read();
        return reader.CurrentText();
    }

    /// <summary>The text that the reader stands on.</summary>
    public static string? CurrentText(ref this Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String || reader.ValueSpan.Length > MaxTextBytes)
        {
            reader.Skip();
            return null;
        }
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            // Not UTF-8, or half a surrogate pair: the rest of the object is still worth reading.
            return null;
        }
    }

    /// <summary>The counter of the property whose name was read.</summary>
    /// <param name="reader">Stands on the name.</param>
    /// <param name="unreadable">Grows by one if there is a value, but no counter.</param>
    public static long? ReadCount(ref this Utf8JsonReader reader, ref int unreadable)
    {
        reader.Read();
        return reader.CurrentCount(ref unreadable);
    }

    /// <summary>The counter that the reader stands on.</summary>
    public static long? CurrentCount(ref this Utf8JsonReader reader, ref int unreadable)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return null;
        }
        if (reader.TokenType == JsonTokenType.Number)
        {
            if (reader.TryGetInt64(out var whole) && whole is >= 0 and <= MaxCount)
            {
                return whole;
            }

            // Some proxies rewrite 12 as 12.0.
            if (reader.TryGetDouble(out var real) && real is >= 0 and <= MaxCount && double.IsInteger(real))
            {
                return (long)real;
            }
        }
        reader.Skip();
        unreadable++;
        return null;
    }
}
