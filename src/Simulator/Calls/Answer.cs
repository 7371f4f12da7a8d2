using System.Text;
using Latchkey.Simulator.Bookkeeping;
using Latchkey.Simulator.Delivery;
using Latchkey.Simulator.Tokens;

namespace Latchkey.Simulator.Calls;

/// <summary>What an endpoint has to say; how it travels is the scenario's business.</summary>
internal abstract record Answer
{
    private Answer()
    {
    }

    public int Status { get; init; } = 200;

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>The model that served it; null for answers without usage.</summary>
    public string? Model { get; init; }

    /// <summary>The truth about what it used; null for answers without usage.</summary>
    public UsageFigures? Usage { get; init; }

    /// <summary>The messages whose results these are.</summary>
    public IReadOnlyList<BatchLine> BatchLines { get; init; } = [];

    /// <summary>The messages of the batch that was made.</summary>
    public IReadOnlyList<BatchLine> BatchMade { get; init; } = [];

    public static Answer Json(ReadOnlyMemory<byte> body) => new Body(body, "application/json");

    public static Answer Json(string body) => Json(Encoding.UTF8.GetBytes(body));

    /// <summary>All of the bytes at once.</summary>
    public sealed record Body(ReadOnlyMemory<byte> Bytes, string ContentType) : Answer;

    /// <summary>An error in Anthropic's shape; the request id is added when it is sent.</summary>
    public sealed record Error(string Type, string Message, string? Code) : Answer;

    /// <summary>A stream of server-sent events, made while it is sent.</summary>
    public sealed record Stream(IEnumerable<Frame> Frames) : Answer;
}
