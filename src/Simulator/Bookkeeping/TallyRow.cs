using Latchkey.Simulator.Tokens;

namespace Latchkey.Simulator.Bookkeeping;

/// <summary>One finished call: what was received, what was generated, and what was put on the wire.</summary>
internal sealed record TallyRow
{
    /// <summary>Counts finished calls from 1, in the order in which they finished.</summary>
    public long Index { get; init; }

    /// <summary>The <c>request-id</c> of the answer (also when a scenario left the header out).</summary>
    public required string RequestId { get; init; }

    public required Received Request { get; init; }

    /// <summary>The directives that were in force; empty for an ordinary answer.</summary>
    public string Scenario { get; init; } = "";

    /// <summary>The status sent; 0 when the connection was reset before any.</summary>
    public int Status { get; init; }

    /// <summary>The model that served the answer, as the answer names it.</summary>
    public string? Model { get; init; }

    public bool Streamed { get; init; }

    /// <summary>The truth: what the whole answer is worth, delivered or not. Null for answers without usage.</summary>
    public UsageFigures? Generated { get; init; }

    /// <summary>The usage that a reader of the bytes written so far knows; null when none was written.</summary>
    public UsageFigures? Delivered { get; init; }

    /// <summary>Each message of a batch whose results these were.</summary>
    public IReadOnlyList<BatchLine> BatchLines { get; init; } = [];

    /// <summary>Each message of the batch that this call has made: what its maker is charged, whether or not anybody reads the results.</summary>
    public IReadOnlyList<BatchLine> BatchMade { get; init; } = [];

    /// <summary>
    /// Bytes of body handed to the connection, content encoding applied, chunk framing not counted. After
    /// <see cref="Ending.Reset"/> and <see cref="Ending.ClientLeft"/> the client may have got less.
    /// </summary>
    public long ResponseBytes { get; init; }

    /// <summary>SHA-256 of those bytes, lower-case hexadecimal.</summary>
    public string ResponseSha256 { get; init; } = "";

    /// <summary>Those bytes, when the tally keeps bodies.</summary>
    public byte[]? ResponseBody { get; init; }

    /// <summary>Stream events written, an injected error event included.</summary>
    public int Events { get; init; }

    public Ending Ending { get; init; }

    public bool Complete => Ending == Ending.Complete;

    public TimeSpan Took { get; init; }

    /// <summary>How long after the start the client was seen to have gone; null unless <see cref="Ending.ClientLeft"/>.</summary>
    public TimeSpan? ClientLeftAfter { get; init; }

    /// <summary>Why the simulator itself failed.</summary>
    public string? Failure { get; init; }
}

/// <summary>The usage of one line of a batch's results.</summary>
internal sealed record BatchLine(string CustomId, string Model, UsageFigures Usage);
