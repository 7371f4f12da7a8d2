using System.Buffers;
using System.Text.Json;

namespace Latchkey.Gateway.DataPath.Accept;

/// <summary>Which of Claude's calls a body belongs to: it decides what the body must hold.</summary>
internal enum BodyKind
{
    Messages,
    CountTokens,
    Complete,
    Batch,
}

/// <summary>
/// Reads a request body once, without building a document, and refuses whatever two JSON parsers could read differently: the model that
/// we check has to be the model that upstream bills. The caller forwards the very same bytes.
/// </summary>
internal static class BodyPeek
{
    /// <summary>Levels of nesting in a message body. Tool schemas sixty deep are seen in the wild.</summary>
    public const int MaxDepth = 64;

    /// <summary>A batch wraps its message bodies in three levels: the root, <c>requests</c>, the item.</summary>
    private const int BatchLevels = 3;

    /// <summary>Never throws for anything that the bytes hold.</summary>
    public static PeekResult Read(in ReadOnlySequence<byte> body, BodyKind kind)
    {
        if (body.IsEmpty)
        {
            return new PeekResult.Malformed("body: is empty");
        }

        // The reader checks the UTF-8 of the strings that it is asked for only; a parser that decodes first would see other text, or none.
        if (!BodyPeekText.IsUtf8(body))
        {
            return new PeekResult.Malformed("body: is not valid UTF-8");
        }

        var options = new JsonReaderOptions { MaxDepth = kind == BodyKind.Batch ? MaxDepth + BatchLevels : MaxDepth };
        var reader = body.IsSingleSegment ? new Utf8JsonReader(body.FirstSpan, options) : new Utf8JsonReader(body, options);
        try
        {
            return new BodyPeekWalk(reader, kind).Run();
        }
        catch (JsonException broken)
        {
            return new PeekResult.Malformed(
                $"body: not valid JSON, or nested deeper than {MaxDepth} levels (line {broken.LineNumber + 1}, byte {broken.BytePositionInLine + 1})");
        }
        catch (InvalidOperationException)
        {
            // The reader's answer to \ud800 without its other half, in a key or in a value that we have to read.
            return new PeekResult.Malformed("body: a key or an id holds half a surrogate pair");
        }
    }
}
