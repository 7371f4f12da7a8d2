namespace Latchkey.Load.Peers;

/// <summary>What stands between the client and the upstream.</summary>
internal interface IPeer
{
    /// <summary>What the tables and <c>--peers</c> call it.</summary>
    string Name { get; }

    /// <summary>The machine has what it is made of.</summary>
    bool Exists(Site site);

    /// <summary>Rows that make no sense for it.</summary>
    IReadOnlyList<string> Skips => [];

    /// <summary>Its code is compiled while it runs, so that it has to run for a while before it is measured.</summary>
    bool CompilesItself => true;

    /// <summary>How it is started; null when it needs no process.</summary>
    Command? Start(Site site);

    /// <summary>What its devices send beside the request: for each of them some header lines.</summary>
    Task<IReadOnlyList<string>> EnrolAsync(Site site) => Task.FromResult<IReadOnlyList<string>>(["x-api-key: sk-ant-load-bench"]);
}
