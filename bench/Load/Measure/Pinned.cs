using System.Diagnostics;
using System.Net.Sockets;
using Latchkey.Load.Peers;

namespace Latchkey.Load.Measure;

/// <summary>A server that runs on the cores that it is given, and writes into a log of its own.</summary>
internal sealed class Pinned : IDisposable
{
    private readonly Process _process;

    private Pinned(Process process) => _process = process;

    public int Id => _process.Id;

    /// <summary>Starts it and waits until it listens.</summary>
    public static async Task<Pinned> StartAsync(Command command, string cores, string folder, int port)
    {
        // What it says is written, a call of the system each, but takes no room: a saturated gateway has millions of lines to tell.
        var log = Path.Combine(folder, "errors.log");
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec taskset -c \"$0\" \"$@\" >/dev/null 2>errors.log", cores, command.Program, .. command.Arguments])
        {
            WorkingDirectory = folder,
        };
        foreach (var (name, value) in command.Environment)
        {
            start.Environment[name] = value;
        }

        var pinned = new Pinned(Process.Start(start)!);
        for (var i = 0; i < 300; i++)
        {
            if (pinned._process.HasExited)
            {
                break;
            }

            if (await ListensAsync(port))
            {
                return pinned;
            }

            // No foreign server says when it listens: it is asked again, for half a minute.
            await Task.Delay(100);
        }

        pinned.Dispose();
        throw new InvalidOperationException($"{command.Program} {string.Join(' ', command.Arguments)} didn't start:\n{await File.ReadAllTextAsync(log)}");
    }

    public double CpuSeconds() => ProcessTree.CpuSeconds(Id);

    public double MemoryKb() => ProcessTree.MemoryKb(Id);

    /// <summary>Waits until it does nothing any more, 10 s at most; nothing tells when it has: code that runs often is compiled once more, beside the calls.</summary>
    public async Task RestAsync()
    {
        var before = CpuSeconds();
        for (var i = 0; i < 20; i++)
        {
            // Work is the difference between two readings: some time has to lie between them.
            await Task.Delay(TimeSpan.FromMilliseconds(400));
            var now = CpuSeconds();
            if (now - before < 0.03)
            {
                return;
            }

            before = now;
        }
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }

    private static async Task<bool> ListensAsync(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
