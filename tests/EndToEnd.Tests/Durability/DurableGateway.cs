using System.Net;
using System.Text.RegularExpressions;
using Latchkey.EndToEnd.Tests.Support;
using Latchkey.TestKit;

namespace Latchkey.EndToEnd.Tests.Durability;

/// <summary>A gateway process on a data folder that outlives it, so that it can die and another can come after it.</summary>
internal sealed partial class DurableGateway : IAsyncDisposable
{
    private readonly ChildProcess _process;

    private DurableGateway(ChildProcess process, Uri address)
    {
        _process = process;
        Address = address;
    }

    public Uri Address { get; }

    /// <summary>Starts it and waits until it takes calls.</summary>
    /// <param name="http">Any client.</param>
    /// <param name="upstream">What it calls instead of Anthropic.</param>
    /// <param name="dataFolder">Where it finds what the one before it has left.</param>
    /// <param name="wrapper">A program and arguments that turn into the gateway's process, or nothing.</param>
    /// <param name="package">What to install when that program isn't there.</param>
    /// <param name="settings">Further environment variables.</param>
    public static async Task<DurableGateway> StartAsync(
        HttpClient http,
        string upstream,
        string dataFolder,
        IReadOnlyList<string>? wrapper = null,
        string package = "the .NET SDK",
        IEnumerable<(string Name, string Value)>? settings = null)
    {
        var environment = new Dictionary<string, string>
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["ANTHROPIC_API_KEY"] = "sk-ant-test-master-key-0123456789",
            ["ANTHROPIC_BASE_URL"] = upstream,
            ["JWT_SECRET"] = "a secret for tests that is long enough",
            ["ADMIN_API_KEY"] = TestGateway.OperatorKey,
            ["HOST"] = "127.0.0.1",
            ["PORT"] = "0",
            ["DATA_DIR"] = dataFolder,
            ["Latchkey__Limits__RequestsPerWindow"] = "1000000",
            ["Latchkey__Limits__RequestsPerAddress"] = "0",
            ["Latchkey__Drain__Delay"] = "00:00:00",
            ["Logging__LogLevel__Default"] = "Warning",
        };
        if (Environment.GetEnvironmentVariable("DOTNET_ROOT") is { } root)
        {
            environment["DOTNET_ROOT"] = root;
        }

        foreach (var (name, value) in settings ?? [])
        {
            environment[name] = value;
        }

        string[] command = [.. wrapper ?? [], "dotnet", Path.Combine(AppContext.BaseDirectory, "Latchkey.Gateway.dll")];
        var process = ChildProcess.Start(command[0], command[1..], environment, Path.GetTempPath(), package);
        try
        {
            var address = new Uri((await process.SaysAsync(Listening())).Groups["address"].Value);
            await Eventually.TrueAsync(async () => await IsReadyAsync(http, address), "the gateway should be ready");
            return new DurableGateway(process, address);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>Its process id, if the wrapper has written it.</summary>
    public async Task<string> ProcessIdAsync() => (await _process.SaysAsync(WrittenId())).Groups["id"].Value;

    /// <summary>SIGTERM, and its end.</summary>
    public async Task StopAsync()
    {
        await _process.TerminateAsync();
        (await _process.EndAsync()).ExitCode.Should().Be(0);
    }

    /// <summary>SIGKILL: it gets no chance to do anything more.</summary>
    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static async Task<bool> IsReadyAsync(HttpClient http, Uri address)
    {
        using var response = await http.GetAsync(new Uri(address, "/readyz"));
        return response.StatusCode is HttpStatusCode.OK;
    }

    [GeneratedRegex(@"Latchkey listens on (?<address>http://\S+)")]
    private static partial Regex Listening();

    [GeneratedRegex(@"process (?<id>\d+)\n")]
    private static partial Regex WrittenId();
}
