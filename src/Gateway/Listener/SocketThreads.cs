namespace Latchkey.Gateway.Listener;

/// <summary>
/// The threads that hear from the sockets, one a core, carry a call on to its next wait themselves: handing each piece of an answer to a thread
/// of the pool costs more than all that is done with it. So nothing may block on them: what isn't the data path goes to the pool first, and so
/// does what the path itself does slowly (a large body, a file).
/// </summary>
internal static class SocketThreads
{
    /// <summary>The runtime has no other switch for it than this variable, which it reads when the first socket waits.</summary>
    private const string Variable = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    /// <summary>Before the first socket waits; an operator's own choice holds.</summary>
    public static void EnableInlineCompletions()
    {
        if (Environment.GetEnvironmentVariable(Variable) is null)
        {
            Environment.SetEnvironmentVariable(Variable, "1");
        }
    }

    /// <summary>Takes everything but the data path off them.</summary>
    public static void LeaveToDataPath(IApplicationBuilder others) => others.Use(async (http, next) =>
    {
        await Task.Yield();
        await next(http);
    });
}
