namespace Latchkey.Load.Peers;

/// <summary>Portkey's gateway from npm, as a device calls Anthropic's API through it.</summary>
internal sealed class PortkeyPeer : IPeer
{
    public string Name => "portkey";

    /// <summary>More events than it can pass on.</summary>
    public IReadOnlyList<string> Skips => ["busy-1000", "rate-500", "burst-5000"];

    public bool Exists(Site site) => Command.Find("node") is not null && File.Exists(ProgramIn(site));

    public Command Start(Site site) =>
        new(Command.Find("node")!, ProgramIn(site), $"--port={site.Port}", "--headless")
        {
            Environment = new Dictionary<string, string> { ["NODE_ENV"] = "production" },
        };

    public Task<IReadOnlyList<string>> EnrolAsync(Site site) => Task.FromResult<IReadOnlyList<string>>(
    [
        $"x-portkey-provider: anthropic\nx-portkey-custom-host: {site.Plain.GetLeftPart(UriPartial.Authority)}/v1\nx-api-key: sk-ant-load-bench\nAuthorization: Bearer sk-ant-load-bench",
    ]);

    private static string ProgramIn(Site site) => Path.Combine(site.Npm, "portkey", "node_modules", "@portkey-ai", "gateway", "build", "start-server.js");
}
