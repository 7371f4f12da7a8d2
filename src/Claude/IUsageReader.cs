namespace Latchkey.Claude;

/// <summary>Reads the usage out of an answer while its bytes pass. Never throws, whatever the bytes; not safe for concurrent use.</summary>
public interface IUsageReader
{
    /// <summary>Reads the next bytes of the answer, decompressed; chunks may be cut anywhere.</summary>
    void Read(ReadOnlySpan<byte> chunk);

    /// <summary>The answer has ended as it should: <c>message_stop</c> came, or the JSON document was closed. Costs nothing to ask.</summary>
    bool IsComplete { get; }

    /// <summary>A usage object was read. Costs nothing to ask.</summary>
    bool HasUsage { get; }

    /// <summary>Type of the first error that the answer has carried; null while there was none. Costs nothing to ask.</summary>
    string? ErrorType { get; }

    /// <summary>What the bytes so far have said. Changes nothing: may be called at any moment, any number of times.</summary>
    UsageReading Complete();
}
