namespace Latchkey.Simulator.Bookkeeping;

/// <summary>How an answer ended.</summary>
internal enum Ending
{
    /// <summary>Everything was written.</summary>
    Complete,

    /// <summary>The scenario ended the stream or body early, cleanly for HTTP.</summary>
    Cut,

    /// <summary>The scenario put an error event in the stream and stopped there.</summary>
    ErrorEvent,

    /// <summary>The scenario reset the connection.</summary>
    Reset,

    /// <summary>The client closed its side before the end.</summary>
    ClientLeft,

    /// <summary>The simulator itself failed: a defect, never part of a scenario.</summary>
    Failed,
}
