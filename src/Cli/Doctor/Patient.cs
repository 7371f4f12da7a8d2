using Latchkey.Cli.Connection;
using Latchkey.Cli.Setup;
using Latchkey.Client;

namespace Latchkey.Cli.Doctor;

/// <summary>What the checks look at, and what they tell those after them.</summary>
internal sealed class Patient(Session session, ClaudeCodeFiles files, Func<string, string?> environment, TimeProvider time)
{
    public Session Session { get; } = session;

    public LatchkeyOptions Options => Session.Options;

    public ClaudeCodeFiles Files { get; } = files;

    public Func<string, string?> Environment { get; } = environment;

    public TimeProvider Time { get; } = time;

    /// <summary>The gateway's address; null when none is configured.</summary>
    public Uri? Gateway => Options.Enabled ? Options.BootstrapUrl : null;

    /// <summary>The proxy of this network that stands before the gateway; null when there is none.</summary>
    public Uri? Proxy { get; set; }

    /// <summary>True once something on the way to the gateway was found broken: the rest of the way needs no look.</summary>
    public bool IsCutOff { get; set; }

    /// <summary>Set once there is a token, or a key of the person's own.</summary>
    public LatchkeyAccess? Access { get; set; }

    /// <summary>The models that may be used, cheapest first; empty until they are known.</summary>
    public IReadOnlyList<string> Models { get; set; } = [];
}
