namespace Latchkey.Gateway.DataPath.Forward;

/// <summary>What must be true before an answer's bytes may pass. The stage Settle implements it.</summary>
internal interface IAnswerGate
{
    /// <summary>Before anything of an answer is sent.</summary>
    /// <param name="begun">What the answer's head says of the exchange; its ending is still to come.</param>
    ValueTask BeforeFirstByteAsync(Outcome begun);

    /// <summary>A piece was seen by the tap and is about to be sent. Must be quick.</summary>
    void Passing();

    /// <summary>Before the last bytes of a complete answer are sent.</summary>
    /// <param name="ending">What will have come of the exchange, unless the client leaves on these bytes.</param>
    ValueTask BeforeEndAsync(Outcome ending);
}
