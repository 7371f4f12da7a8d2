using System.Diagnostics;
using System.Globalization;

namespace Latchkey.Durability;

/// <summary>A process that is started beside this one: it says where it listens, and what processor time it has used when it is asked.</summary>
internal sealed class Peer : IDisposable
{
    private readonly Process _process;

    private Peer(Process process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    /// <param name="workingDirectory">Not that of this process, where configuration files and the data of others may be.</param>
    /// <param name="arguments">What it is to be.</param>
    public static async Task<Peer> StartAsync(string workingDirectory, params string[] arguments)
    {
        var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, arguments)
        {
            WorkingDirectory = workingDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        return await process.StandardOutput.ReadLineAsync() is { } address
            ? new Peer(process, new Uri(address))
            : throw new InvalidOperationException($"{string.Join(' ', arguments)} didn't start.");
    }

    /// <summary>The other side: says where it listens and answers until nobody asks any more.</summary>
    public static async Task ServeAsync(string address, TextWriter answers)
    {
        await answers.WriteLineAsync(address);
        while (await Console.In.ReadLineAsync() is not null)
        {
            await answers.WriteLineAsync(Environment.CpuUsage.TotalTime.Ticks.ToString(CultureInfo.InvariantCulture));
        }
    }

    /// <summary>User and system time since its start, by its own accounting.</summary>
    public async Task<TimeSpan> CpuAsync()
    {
        await _process.StandardInput.WriteLineAsync();
        await _process.StandardInput.FlushAsync();
        return TimeSpan.FromTicks(long.Parse((await _process.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture));
    }

    /// <summary>Waits until it does nothing any more, 10 s at most: code that runs often is compiled once more, beside the calls.</summary>
    public async Task RestAsync()
    {
        var before = await CpuAsync();
        for (var i = 0; i < 20; i++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(500));
            var now = await CpuAsync();
            if (now - before < TimeSpan.FromMilliseconds(20))
            {
                return;
            }

            before = now;
        }
    }

    /// <summary>Kills it: what it has answered must be on the disk.</summary>
    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
