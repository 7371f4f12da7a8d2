using System.Text.RegularExpressions;
using Latchkey.EndToEnd.Tests.Support;
using Microsoft.Data.Sqlite;

namespace Latchkey.EndToEnd.Tests.OwnProcess;

/// <summary>The gateway as operators run it: a production process of its own, configured by environment variables.</summary>
internal sealed partial class GatewayProcess : IAsyncDisposable
{
    private readonly DirectoryInfo _folder;
    private readonly ChildProcess _process;

    private GatewayProcess(DirectoryInfo folder, ChildProcess process)
    {
        _folder = folder;
        _process = process;
    }

    /// <summary>Starts it with everything that production needs, changed as the test wants; null takes a variable away.</summary>
    public static GatewayProcess Start(params (string Name, string? Value)[] changes)
    {
        var folder = Directory.CreateTempSubdirectory("latchkey-process-");
        var environment = new Dictionary<string, string>
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["ANTHROPIC_API_KEY"] = "sk-ant-test-master-key-0123456789",
            ["JWT_SECRET"] = "a secret for tests that is long enough",
            ["ADMIN_API_KEY"] = "lka_test_operator_key_0123456789",
            ["HOST"] = "127.0.0.1",
            ["PORT"] = "0",
            ["DATA_DIR"] = folder.FullName,
        };
        if (Environment.GetEnvironmentVariable("DOTNET_ROOT") is { } root)
        {
            environment["DOTNET_ROOT"] = root;
        }

        foreach (var (name, value) in changes)
        {
            if (value is null)
            {
                environment.Remove(name);
            }
            else
            {
                environment[name] = value;
            }
        }

        var process = ChildProcess.Start(
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "Latchkey.Gateway.dll")],
            environment,
            folder.FullName,
            "the .NET SDK");
        return new GatewayProcess(folder, process);
    }

    /// <summary>Where it listens, once it does.</summary>
    public async Task<Uri> AddressAsync() => new((await _process.SaysAsync(Listening())).Groups["address"].Value);

    /// <summary>SIGTERM.</summary>
    public Task TerminateAsync() => _process.TerminateAsync();

    public Task<Finished> EndAsync() => _process.EndAsync();

    /// <summary>The ledger that it has left on the disk.</summary>
    public async Task<IReadOnlyList<LedgerRow>> LedgerAsync()
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(_folder.FullName, "latchkey.db")};Mode=ReadOnly;Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT * FROM usage";
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<LedgerRow>();
        while (await reader.ReadAsync())
        {
            rows.Add(LedgerRow.Of(Enumerable.Range(0, reader.FieldCount)
                .ToDictionary(reader.GetName, i => reader.IsDBNull(i) ? null : reader.GetValue(i))));
        }

        return rows;
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [GeneratedRegex(@"Latchkey listens on (?<address>http://\S+)")]
    private static partial Regex Listening();
}
