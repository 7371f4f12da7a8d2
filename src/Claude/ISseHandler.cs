namespace Latchkey.Claude;

/// <summary>Gets the events that an <see cref="SseReader"/> finds. The spans are valid during the call only.</summary>
public interface ISseHandler
{
    /// <summary>A complete event: its blank line has come.</summary>
    /// <param name="name">Value of the last <c>event:</c> line; empty when there was none.</param>
    /// <param name="data">The <c>data:</c> lines, joined by LF. Not checked to be UTF-8.</param>
    void OnEvent(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data);

    /// <summary>An event beyond the reader's cap has ended; its data was dropped.</summary>
    /// <param name="name">As in <see cref="OnEvent"/>; empty when the name itself was too long.</param>
    /// <param name="dataBytes">How long the data would have been, in bytes.</param>
    void OnSkipped(ReadOnlySpan<byte> name, long dataBytes);
}
