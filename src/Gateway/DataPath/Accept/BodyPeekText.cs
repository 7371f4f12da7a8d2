using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Latchkey.Gateway.DataPath.Accept;

/// <summary>Questions on text that don't depend on JSON.</summary>
internal static class BodyPeekText
{
    private const int QuotedLength = 64;

    /// <summary>The client's text as a refusal may show it: printable ASCII, 64 characters at most.</summary>
    public static string Quote(string text)
    {
        var length = Math.Min(text.Length, QuotedLength);
        return string.Create(length, text, static (quoted, text) =>
        {
            for (var i = 0; i < quoted.Length; i++)
            {
                quoted[i] = text[i] is >= ' ' and <= '~' and not ('"' or '\\' or '<' or '>' or '&') ? text[i] : '?';
            }
        });
    }

    public static bool HasControlCharacter(string text)
    {
        foreach (var c in text)
        {
            if (char.IsControl(c))
            {
                return true;
            }
        }

        return false;
    }

    public static bool IsUtf8(in ReadOnlySequence<byte> body)
    {
        if (body.IsSingleSegment)
        {
            return Utf8.IsValid(body.FirstSpan);
        }

        // A character may be cut by a seam between segments: its first bytes are held until the rest comes.
        Span<byte> seam = stackalloc byte[4];
        var held = 0;
        foreach (var segment in body)
        {
            var bytes = segment.Span;
            while (held > 0 && !bytes.IsEmpty)
            {
                seam[held++] = bytes[0];
                bytes = bytes[1..];
                switch (Rune.DecodeFromUtf8(seam[..held], out _, out _))
                {
                    case OperationStatus.Done:
                        held = 0;
                        break;
                    case OperationStatus.NeedMoreData:
                        break;
                    default:
                        return false;
                }
            }

            var cut = CutCharacter(bytes);
            if (!Utf8.IsValid(bytes[..^cut]))
            {
                return false;
            }

            bytes[^cut..].CopyTo(seam[held..]);
            held += cut;
        }

        return held == 0;
    }

    /// <summary>How many bytes at the end begin a character that the segment doesn't finish.</summary>
    private static int CutCharacter(ReadOnlySpan<byte> bytes)
    {
        for (var n = 1; n <= Math.Min(3, bytes.Length); n++)
        {
            var needs = bytes[^n] switch
            {
                >= 0xF0 => 4,
                >= 0xE0 => 3,
                >= 0xC0 => 2,
                >= 0x80 => 0,
                _ => 1,
            };
            if (needs > 0)
            {
                return needs > n ? n : 0;
            }
        }

        return 0;
    }
}
