namespace Latchkey.Load.Peers;

/// <summary>A Fastify proxy with the features of the one before Latchkey (peers/fastify/proxy.js).</summary>
internal sealed class FastifyPeer : IPeer
{
    private const int Devices = 20;

    public string Name => "fastify";

    /// <summary>More events than it can pass on.</summary>
    public IReadOnlyList<string> Skips => ["busy-1000", "burst-5000"];

    public bool Exists(Site site) => Command.Find("node") is not null && Directory.Exists(Path.Combine(site.Npm, "fastify", "node_modules"));

    public Command Start(Site site) =>
        new(Command.Find("node")!, Path.Combine(site.Npm, "fastify", "proxy.js"), $"{site.Port}", site.Plain.GetLeftPart(UriPartial.Authority))
        {
            Environment = new Dictionary<string, string> { ["NODE_ENV"] = "production" },
        };

    public async Task<IReadOnlyList<string>> EnrolAsync(Site site)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = site.Address };
        return await Bootstrap.HeadersAsync(http, Devices);
    }
}
