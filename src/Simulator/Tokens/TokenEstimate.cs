using System.Text;

namespace Latchkey.Simulator.Tokens;

/// <summary>Our tokenizer: four bytes of UTF-8 are a token, the rest is rounded up. Deterministic, and easy to reckon in a test.</summary>
internal static class TokenEstimate
{
    public const int BytesPerToken = 4;

    public static long OfBytes(long bytes) => (bytes + BytesPerToken - 1) / BytesPerToken;

    public static long OfText(string text) => OfBytes(Encoding.UTF8.GetByteCount(text));

    /// <summary>The longest beginning of the text that isn't worth more than so many tokens; no character is cut in half.</summary>
    public static string Fit(string text, long tokens)
    {
        var bytesLeft = tokens * BytesPerToken;
        var end = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            bytesLeft -= rune.Utf8SequenceLength;
            if (bytesLeft < 0)
            {
                break;
            }

            end += rune.Utf16SequenceLength;
        }

        return text[..end];
    }
}
