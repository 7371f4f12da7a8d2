namespace Latchkey.Gateway.DataPath.Forward;

/// <summary>Sees a copy of the answer as it is relayed. Must be quick and must not throw. The stage Measure implements it.</summary>
internal interface IAnswerTap
{
    /// <summary>The answer's head is there.</summary>
    /// <param name="mediaType">Media type without parameters.</param>
    /// <param name="coding">Value of <c>content-encoding</c>, if any.</param>
    void Attach(string? mediaType, string? coding);

    /// <summary>The next bytes of the body, before they are sent on.</summary>
    void Observe(ReadOnlySpan<byte> bytes);

    /// <summary>What the bytes so far say about how the answer goes.</summary>
    AnswerProgress Progress { get; }

    /// <summary>Where the answer could be ended before its end; null when that can't be told.</summary>
    AnswerCut? Cut { get; }
}

/// <summary>How far an answer is.</summary>
/// <param name="IsEventStream">It is a stream of events, so that its end says something.</param>
/// <param name="Complete">Its last byte, or its <c>message_stop</c>, was seen; true for answers whose end can't be told.</param>
/// <param name="ErrorType">Type of the error event in it, if there was one.</param>
internal readonly record struct AnswerProgress(bool IsEventStream, bool Complete, string? ErrorType);

/// <summary>The last place between two events of an answer, as of the bytes so far.</summary>
/// <param name="BytesSince">How many of those bytes came after it; 0 if they end there.</param>
/// <param name="OpenTextBlock">Index of the text block that is open there, if one is.</param>
internal readonly record struct AnswerCut(long BytesSince, int? OpenTextBlock);
