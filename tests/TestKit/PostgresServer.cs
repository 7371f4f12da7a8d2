using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Latchkey.TestKit;

/// <summary>
/// A real PostgreSQL server on a loopback port with a cluster of its own, as it comes from <c>initdb</c>. It can be killed,
/// frozen, started again on the same data, and put back to what it was a moment ago. Ended by its process id.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private const string User = "latchkey";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("latchkey-postgres-");
    private readonly ProcessErrors _errors = new();
    private readonly int _port = LoopbackPort.Free();
    private Process? _process;

    /// <summary>Of the database that comes with the cluster; <see cref="CreateDatabaseAsync"/> makes others.</summary>
    public string Url => UrlOf("postgres");

    private string Data => Path.Combine(_folder.FullName, "data");

    private string Saved => Path.Combine(_folder.FullName, "saved");

    /// <summary>A server that answers.</summary>
    public static async Task<PostgresServer> NewAsync()
    {
        var server = new PostgresServer();
        if (Environment.IsPrivilegedProcess)
        {
            // The server refuses to run as root, and so does initdb.
            await RunAsync("chown", "nobody", server._folder.FullName);
        }

        await RunAsync([.. AsOrdinaryUser(), Program("initdb"), "-D", server.Data, "-U", User, "--auth=trust", "--no-locale", "--encoding=UTF8", "--no-sync"]);
        await server.StartAsync();
        return server;
    }

    public async Task StartAsync()
    {
        string[] command =
        [
            .. AsOrdinaryUser(), Program("postgres"), "-D", Data, "-p", _port.ToString(CultureInfo.InvariantCulture),
            "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "shared_buffers=32MB", "-c", "max_connections=50",
        ];
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            if (_process is null or { HasExited: true })
            {
                _process?.Dispose();
                _process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true, WorkingDirectory = "/" })!;
                _process.ErrorDataReceived += (_, line) => _errors.Note(line.Data);
                _process.BeginErrorReadLine();
            }

            if (await AnswersAsync())
            {
                return;
            }

            if (Stopwatch.GetElapsedTime(started) > Patience)
            {
                throw new InvalidOperationException($"PostgreSQL doesn't start: {_errors}");
            }

            await Task.Delay(20);
        }
    }

    /// <summary>SIGKILL, the postmaster and its children.</summary>
    public async Task KillAsync()
    {
        if (_process is { HasExited: false } running)
        {
            // The children first: they would hold the shared memory that the next server needs.
            var children = Children();
            await SignalAsync("-KILL", [running.Id, .. children]);
            await running.WaitForExitAsync();
        }

        NpgsqlConnection.ClearAllPools();
    }

    /// <summary>SIGSTOP: it keeps its connections and says nothing.</summary>
    public Task FreezeAsync() => SignalAsync("-STOP", [_process!.Id, .. Children()]);

    public Task ThawAsync() => SignalAsync("-CONT", [_process!.Id, .. Children()]);

    /// <summary>Keeps what is on its disk now, as a disk keeps it when the power fails.</summary>
    public async Task SaveAsync()
    {
        await FreezeAsync();
        await RunAsync("cp", "-a", Data, Saved);
        await ThawAsync();
        File.Delete(Path.Combine(Saved, "postmaster.pid"));
    }

    /// <summary>Kills it and starts it on what was saved: what was committed since is lost, as with a replica that lagged.</summary>
    public async Task RestoreAsync()
    {
        await KillAsync();
        Directory.Delete(Data, recursive: true);
        Directory.Move(Saved, Data);
        await StartAsync();
    }

    /// <summary>A database of its own for a test that shares the server.</summary>
    /// <returns>Its URL.</returns>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = "t" + Guid.NewGuid().ToString("N");
        await ExecuteAsync(Url, $"CREATE DATABASE {name}");
        return UrlOf(name);
    }

    public static async Task ExecuteAsync(string url, string sql)
    {
        await using var connection = await ConnectAsync(url);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The answer's rows, their columns with <c>|</c> between them.</summary>
    public static async Task<IReadOnlyList<string>> ReadAsync(string url, string sql)
    {
        await using var connection = await ConnectAsync(url);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await using var row = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await row.ReadAsync())
        {
            rows.Add(string.Join('|', Enumerable.Range(0, row.FieldCount).Select(i => Convert.ToString(row.GetValue(i), CultureInfo.InvariantCulture))));
        }

        return rows;
    }

    /// <summary>A connection outside of any pool.</summary>
    public static async Task<NpgsqlConnection> ConnectAsync(string url)
    {
        var parts = new Uri(url);
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder
        {
            Host = parts.Host,
            Port = parts.Port,
            Username = parts.UserInfo,
            Database = parts.AbsolutePath.Trim('/'),
            Pooling = false,
            Timeout = 15,
        }.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process?.Dispose();
        _folder.Delete(recursive: true);
    }

    private string UrlOf(string database) => string.Create(CultureInfo.InvariantCulture, $"postgres://{User}@127.0.0.1:{_port}/{database}");

    private async Task<bool> AnswersAsync()
    {
        try
        {
            await ExecuteAsync(Url, "SELECT 1");
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private List<int> Children()
    {
        var children = new List<int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            try
            {
                // "pid (name) state parent …", in which the name may hold anything.
                if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                    && File.ReadAllText(Path.Combine(folder, "stat")) is var stat
                    && stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1] == _process!.Id.ToString(CultureInfo.InvariantCulture))
                {
                    children.Add(id);
                }
            }
            catch (IOException)
            {
                // It has ended meanwhile.
            }
        }

        return children;
    }

    private static string[] AsOrdinaryUser() =>
        Environment.IsPrivilegedProcess ? ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] : ["env"];

    /// <summary>Debian keeps them off the PATH, a folder for each version.</summary>
    private static string Program(string name) =>
        Directory.Exists("/usr/lib/postgresql")
        && Directory.EnumerateDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin", name)).Where(File.Exists).Order(StringComparer.Ordinal).LastOrDefault() is { } found
            ? found
            : throw new InvalidOperationException($"These tests need PostgreSQL's {name} below /usr/lib/postgresql: apt-get install postgresql");

    private static async Task SignalAsync(string signal, IEnumerable<int> ids)
    {
        using var kill = Process.Start("kill", [signal, .. ids.Select(id => id.ToString(CultureInfo.InvariantCulture))]);
        await kill.WaitForExitAsync();
    }

    private static async Task RunAsync(params string[] command)
    {
        try
        {
            var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = "/" };
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEndAsync();
            var errors = await process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            if (process.ExitCode != 0)
            {
                throw new InvalidOperationException($"{string.Join(' ', command)}: {errors}{await output}");
            }
        }
        catch (Win32Exception exception)
        {
            throw new InvalidOperationException($"These tests need {command[0]}.", exception);
        }
    }
}
