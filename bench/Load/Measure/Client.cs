using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Latchkey.Load.Measure;

/// <summary>Runs the client in C and reads what it has seen.</summary>
internal sealed class Client(string program) : IDisposable
{
    private Process? _process;

    /// <summary>The running client's processor time in seconds.</summary>
    public double CpuSeconds => _process is { HasExited: false } running ? ProcessTree.CpuSeconds(running.Id) : 0;

    /// <summary>Starts a load; <see cref="MarkAsync"/> tells of its beginning and end.</summary>
    public void Start(int port, string headers, Load load)
    {
        var start = new ProcessStartInfo("taskset",
        [
            "-c", Machine.OtherCores, program, $"{port}", headers, load.Call, load.Size, load.Kind, $"{load.Count}",
            load.Seconds.ToString(CultureInfo.InvariantCulture), $"{load.BusySeconds}",
        ])
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        };
        _process = Process.Start(start)!;
    }

    /// <summary>Waits for the client's word that the measured time begins, or ends.</summary>
    public async Task MarkAsync(string word)
    {
        if (await _process!.StandardOutput.ReadLineAsync() is var line && line != word)
        {
            throw new InvalidOperationException($"The client said '{line}' instead of '{word}'.");
        }
    }

    /// <summary>Lets held streams go.</summary>
    public async Task ReleaseAsync()
    {
        await _process!.StandardInput.WriteLineAsync();
        await _process.StandardInput.FlushAsync();
    }

    public async Task<Seen> EndAsync()
    {
        var seen = await _process!.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The client ended without figures.");
        await _process.WaitForExitAsync();
        return JsonSerializer.Deserialize<Seen>(seen, JsonSerializerOptions.Web)!;
    }

    public void Dispose()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill(entireProcessTree: true);
        }

        _process?.Dispose();
    }
}
