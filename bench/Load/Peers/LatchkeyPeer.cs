using System.Net.Http.Headers;
using System.Text;

namespace Latchkey.Load.Peers;

/// <summary>
/// The published gateway with all of its features: tokens, allow-list, limits, a strict budget for each device, metering, the ledger on the disk,
/// JSON logs at info.
/// </summary>
internal sealed class LatchkeyPeer(bool tls) : IPeer
{
    public const string OperatorKey = "lka_load_bench_0123456789abcdef";

    private const int Devices = 20;

    public string Name => tls ? "latchkey-tls" : "latchkey";

    public bool Exists(Site site) => File.Exists(ProgramIn(site));

    public Command Start(Site site) => new(ProgramIn(site)) { Environment = Settings(site, tls) };

    public Task<IReadOnlyList<string>> EnrolAsync(Site site) => EnrolAtAsync(site.Address);

    /// <summary>What the gateway is told, with its ledger or without.</summary>
    public static Dictionary<string, string> Settings(Site site, bool tls) => new()
    {
        ["ASPNETCORE_ENVIRONMENT"] = "Production",
        ["ANTHROPIC_API_KEY"] = "sk-ant-load-bench",
        ["ANTHROPIC_BASE_URL"] = site.Upstream(tls).GetLeftPart(UriPartial.Authority),
        ["JWT_SECRET"] = "load-bench-0123456789-0123456789-0123456789",
        ["ADMIN_API_KEY"] = OperatorKey,
        ["HOST"] = "127.0.0.1",
        ["PORT"] = $"{site.Port}",
        ["DATA_DIR"] = Directory.CreateDirectory(Path.Combine(site.Folder, "data")).FullName,
        ["ALLOWED_MODELS"] = "claude-opus-5-5,claude-sonnet-*,claude-haiku-*",
        ["MAX_PAYLOAD_SIZE"] = "33554432",
        ["RATE_LIMIT_MAX"] = "1000000",
        ["LOG_LEVEL"] = "info",
        ["Latchkey__Limits__RequestsPerAddress"] = "10000000",
        ["Latchkey__Tokens__PerAddressPerMinute"] = "1000",
        ["SSL_CERT_FILE"] = site.Authority,
    };

    /// <summary>Sets the budget and gets the devices' tokens.</summary>
    public static async Task<IReadOnlyList<string>> EnrolAtAsync(Uri gateway)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = gateway };
        const string budget = """{"id": "device-month", "scope": "device", "per_head": true, "period": "month", "limit_usd": 1000000, "mode": "strict"}""";
        using var message = new HttpRequestMessage(HttpMethod.Post, "/admin/budgets") { Content = new StringContent(budget, Encoding.UTF8, "application/json") };
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", OperatorKey);
        using var made = await http.SendAsync(message);
        made.EnsureSuccessStatusCode();

        return await Bootstrap.HeadersAsync(http, Devices);
    }

    private static string ProgramIn(Site site) => Path.Combine(site.Gateway, "Latchkey.Gateway");
}
