using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Latchkey.Gateway;
using Latchkey.Gateway.DataPath.Settle;
using Latchkey.Gateway.Tokens;
using Latchkey.Protocol;
using Latchkey.Simulator;
using Latchkey.Simulator.Bookkeeping;
using Latchkey.Simulator.Scenarios;
using Latchkey.Simulator.Scripts;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Latchkey.TestKit;

/// <summary>A whole gateway and a Simulator behind it, each on a free loopback port, with a data folder of their own.</summary>
public sealed class TestGateway : IAsyncDisposable
{
    /// <summary>The operator's credential of every test gateway.</summary>
    public const string OperatorKey = "lka_test_operator_key_0123456789";

    /// <summary>The master key of every test gateway, unless a test sets others.</summary>
    public const string MasterKey = "sk-ant-test-master-key-0123456789";

    private readonly WebApplication? _simulator;
    private readonly WebApplication _gateway;
    private readonly bool _ownsData;

    private TestGateway(WebApplication? simulator, WebApplication gateway, string dataDirectory, bool ownsData, RecordedLogs logs)
    {
        _simulator = simulator;
        _gateway = gateway;
        _ownsData = ownsData;
        DataDirectory = dataDirectory;
        Logs = logs;
        Address = new Uri(gateway.Urls.First());
        Http = new HttpClient(new SocketsHttpHandler
        {
            AutomaticDecompression = System.Net.DecompressionMethods.None,
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            MaxResponseDrainSize = 0,
            ResponseDrainTimeout = TimeSpan.Zero,
        })
        {
            BaseAddress = Address,
            Timeout = TimeSpan.FromMinutes(2),
        };
    }

    /// <summary>Where clients connect.</summary>
    public Uri Address { get; }

    /// <summary>Where the Simulator listens; null when the test has its own upstream.</summary>
    public Uri? SimulatorAddress => _simulator is null ? null : new Uri(_simulator.Urls.First());

    /// <summary>A plain client without redirects, cookies or decompression.</summary>
    public HttpClient Http { get; }

    /// <summary>Everything that was logged, at Trace level.</summary>
    public RecordedLogs Logs { get; }

    public string DataDirectory { get; }

    /// <summary>The gateway's own services.</summary>
    public IServiceProvider Services => _gateway.Services;

    /// <summary>The Simulator's own account of what it generated and delivered.</summary>
    internal Tally Tally => _simulator!.Services.GetRequiredService<Tally>();

    /// <summary>What the Simulator says, turn by turn.</summary>
    internal ScriptBook Scripts => _simulator!.Services.GetRequiredService<ScriptBook>();

    /// <summary>Scenarios for calls that carry no directive of their own.</summary>
    internal ScenarioBook Scenarios => _simulator!.Services.GetRequiredService<ScenarioBook>();

    /// <param name="settings">Configuration keys and values, such as <c>("Latchkey:Limits:RequestsPerWindow", "5")</c>.</param>
    /// <param name="upstream">An upstream of the test's own, instead of the Simulator.</param>
    /// <param name="time">A clock for the gateway.</param>
    /// <param name="dataDirectory">A folder that outlives this gateway.</param>
    /// <param name="services">Replaces services of the gateway.</param>
    /// <param name="port">One that a gateway before this one had, or whose address is told before it starts; any by default.</param>
    public static async Task<TestGateway> StartAsync(
        IEnumerable<(string Key, string Value)>? settings = null,
        Uri? upstream = null,
        TimeProvider? time = null,
        string? dataDirectory = null,
        Action<IServiceCollection>? services = null,
        int? port = null)
    {
        WebApplication? simulator = null;
        if (upstream is null)
        {
            simulator = SimulatorHost.Create(["--urls", "http://127.0.0.1:0"]);
            await simulator.StartAsync();
            upstream = new Uri(simulator.Urls.First());
        }

        var folder = dataDirectory ?? Directory.CreateTempSubdirectory("latchkey-test-").FullName;
        var logs = new RecordedLogs();
        var configured = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
        {
            ["environment"] = "Development",
            ["Latchkey:Listener:Port"] = (port ?? 0).ToString(CultureInfo.InvariantCulture),
            ["Latchkey:Upstream:BaseUrl"] = upstream.GetLeftPart(UriPartial.Authority),
            ["Latchkey:Upstream:ApiKeys"] = MasterKey,
            ["Latchkey:Storage:DataDirectory"] = folder,
            ["Latchkey:Operators:ApiKey"] = OperatorKey,
            ["Latchkey:Limits:RequestsPerWindow"] = "1000000",
            ["Latchkey:Limits:RequestsPerAddress"] = "0",
            ["Latchkey:Tokens:PerAddressPerMinute"] = "100000",
            ["Latchkey:Tokens:BootstrapsPerMinute"] = "1000000",
            ["Latchkey:Drain:Delay"] = "00:00:00",
            ["Latchkey:Drain:Timeout"] = "00:00:05",
            ["Logging:LogLevel:Default"] = "Trace",
        };
        foreach (var (key, value) in settings ?? [])
        {
            configured[key] = value;
        }

        var gateway = GatewayHost.Create(
            [.. configured.SelectMany(s => new[] { "--" + s.Key, s.Value })],
            builder =>
            {
                builder.Logging.ClearProviders().AddProvider(logs);
                if (time is not null)
                {
                    builder.Services.Replace(ServiceDescriptor.Singleton(time));
                }

                services?.Invoke(builder.Services);
            });
        await gateway.StartAsync();
        if (!configured.ContainsKey("Latchkey:Tokens:ProxyBaseUrl"))
        {
            // Its port is known only now.
            gateway.Services.GetRequiredService<IOptions<TokenOptions>>().Value.ProxyBaseUrl = gateway.Urls.First();
        }

        return new TestGateway(simulator, gateway, folder, ownsData: dataDirectory is null, logs);
    }

    /// <summary>A wrapper token, as a new device gets it.</summary>
    public async Task<string> TokenAsync(string deviceId = "test-device-0001")
    {
        using var response = await Http.PostAsJsonAsync("/bootstrap", new { device_id = deviceId });
        response.EnsureSuccessStatusCode();
        var answer = await response.Content.ReadFromJsonAsync(ProtocolJson.Default.TokenResponse);
        return answer!.WrapperToken;
    }

    /// <summary>A request below <c>/v1</c> with a token; a string body is sent as JSON.</summary>
    public static HttpRequestMessage Call(string token, string path, string? json = null, HttpMethod? method = null)
    {
        var message = new HttpRequestMessage(method ?? (json is null ? HttpMethod.Get : HttpMethod.Post), path);
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        message.Headers.Add("anthropic-version", "2023-06-01");
        if (json is not null)
        {
            message.Content = new ByteArrayContent(System.Text.Encoding.UTF8.GetBytes(json));
            message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        return message;
    }

    /// <summary>The JSON of a message with one user text; a <c>[simulate: …]</c> line in it is obeyed by the Simulator.</summary>
    public static string Message(string text = "Hello", bool stream = false, string model = "claude-sonnet-5-5", int maxTokens = 1024) =>
        JsonSerializer.Serialize(new { model, max_tokens = maxTokens, stream, messages = new[] { new { role = "user", content = text } } });

    /// <summary>Rows of the ledger, oldest first, once everything settled is written.</summary>
    public async Task<IReadOnlyList<Dictionary<string, object?>>> LedgerAsync()
    {
        await Services.GetRequiredService<IUsageLedger>().FlushAsync(CancellationToken.None);
        var rows = new List<Dictionary<string, object?>>();
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(DataDirectory, "latchkey.db")};Mode=ReadOnly");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT * FROM usage ORDER BY started_at, request_id";
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            rows.Add(Enumerable.Range(0, reader.FieldCount)
                .ToDictionary(reader.GetName, i => reader.IsDBNull(i) ? null : reader.GetValue(i)));
        }

        return rows;
    }

    /// <summary>Waits until the ledger has this many rows; exchanges settle a moment after their client has left.</summary>
    public async Task<IReadOnlyList<Dictionary<string, object?>>> LedgerAsync(int rows)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            var found = await LedgerAsync();
            if (found.Count >= rows)
            {
                return found;
            }

            await Task.Delay(20, patience.Token);
        }
    }

    /// <summary>Stops the gateway as SIGTERM does.</summary>
    public Task StopAsync() => _gateway.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();

        // As a process ends: exchanges settle and the ledger is written before the folder goes.
        await _gateway.StopAsync();
        await _gateway.DisposeAsync();
        if (_simulator is not null)
        {
            await _simulator.DisposeAsync();
        }

        SqliteConnection.ClearAllPools();
        if (_ownsData)
        {
            Directory.Delete(DataDirectory, recursive: true);
        }
    }
}
