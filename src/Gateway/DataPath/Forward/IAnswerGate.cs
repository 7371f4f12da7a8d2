using Latchkey.Gateway.DataPath.Accept;

namespace Latchkey.Gateway.DataPath.Forward;

/// <summary>What must be true before an answer's bytes may pass. The stage Settle implements it.</summary>
internal interface IAnswerGate
{
    /// <summary>The upstream has begun to answer.</summary>
    /// <param name="begun">What the answer's head says of the exchange; its ending is still to come.</param>
    void Begins(Outcome begun);

    /// <summary>Before anything of an answer is sent. One that is complete by then needs nothing more.</summary>
    ValueTask BeforeFirstByteAsync();

    /// <summary>
    /// A piece was seen by the tap and is about to be sent: may the answer go on? Must be quick. Null if it may, else the words to
    /// end it with, which hold from then on. Only an event stream that can be read can be ended (<see cref="IAnswerTap.Cut"/>), at the
    /// end of an event; any other answer passes whatever is said here, and so does one that is complete.
    /// </summary>
    Refusal? Passing();

    /// <summary>Before the last bytes of a complete answer are sent.</summary>
    /// <param name="ending">What will have come of the exchange, unless the client leaves on these bytes.</param>
    ValueTask BeforeEndAsync(Outcome ending);
}
