using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Latchkey.TestKit;

/// <summary>
/// A real session bus of its own and a real GNOME Keyring on it, whose files are in a temporary folder. The keyring can be locked, frozen,
/// ended and started again on the same files. Ended by their process ids.
/// </summary>
public sealed class KeyringSession : IAsyncDisposable
{
    /// <summary>Of the "login" keyring, which is the default one.</summary>
    private const string Password = "opens the keyring";

    private const string Service = "org.freedesktop.secrets";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("latchkey-keyring-");
    private readonly ProcessErrors _errors = new();
    private Process? _bus;
    private Process? _keyring;

    /// <summary>For <c>DBUS_SESSION_BUS_ADDRESS</c>.</summary>
    public string Address => $"unix:path={Path.Combine(_folder.FullName, "bus")}";

    /// <summary>A bus with an unlocked keyring.</summary>
    public static async Task<KeyringSession> NewAsync()
    {
        var session = await NewBusAsync();
        return await session.OrDisposedAsync(session.StartKeyringAsync());
    }

    /// <summary>A bus that nobody offers a keyring on, nor starts one for.</summary>
    public static async Task<KeyringSession> NewBusAsync()
    {
        var session = new KeyringSession();
        return await session.OrDisposedAsync(session.StartBusAsync());
    }

    /// <summary>Starts the keyring, unlocked with its password; the first time makes it.</summary>
    public async Task StartKeyringAsync()
    {
        _keyring = Start("gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets");
        await _keyring.StandardInput.WriteAsync(Password);
        _keyring.StandardInput.Close();
        await AnswersAsync("/collection/login", Service, "/org/freedesktop/secrets", "org.freedesktop.Secret.Service.ReadAlias", "string:default");
    }

    /// <summary>Starts the keyring daemon without anybody's password: it has no default keyring, or a locked one.</summary>
    public async Task StartLockedKeyringAsync()
    {
        _keyring = Start("gnome-keyring-daemon", "--foreground", "--components=secrets");
        _keyring.StandardInput.Close();
        await AnswersAsync("true", "org.freedesktop.DBus", "/", "org.freedesktop.DBus.NameHasOwner", $"string:{Service}");
    }

    public Task StopKeyringAsync() => KillAsync(_keyring);

    /// <summary>Locks the default keyring, as the screen's lock may do.</summary>
    public Task LockAsync() => RunAsync(
        input: null,
        "dbus-send",
        $"--bus={Address}",
        "--print-reply",
        $"--dest={Service}",
        "/org/freedesktop/secrets",
        "org.freedesktop.Secret.Service.Lock",
        "array:objpath:/org/freedesktop/secrets/aliases/default");

    /// <summary>SIGSTOP: the keyring keeps its name on the bus and says nothing.</summary>
    public Task FreezeKeyringAsync() => SignalAsync("-STOP", _keyring!);

    public Task ThawKeyringAsync() => SignalAsync("-CONT", _keyring!);

    /// <summary>SIGSTOP: the bus takes connections and says nothing.</summary>
    public Task FreezeBusAsync() => SignalAsync("-STOP", _bus!);

    public Task ThawBusAsync() => SignalAsync("-CONT", _bus!);

    /// <summary>Runs a program in this session.</summary>
    /// <returns>What it wrote.</returns>
    public async Task<string> RunAsync(string? input, string program, params string[] arguments)
    {
        using var process = Start(program, arguments);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {output}{_errors}");
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync(_keyring);
        await KillAsync(_bus);
        _keyring?.Dispose();
        _bus?.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <summary>Nobody disposes what never was theirs.</summary>
    private async Task<KeyringSession> OrDisposedAsync(Task start)
    {
        try
        {
            await start;
            return this;
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    private async Task StartBusAsync()
    {
        // Not the system's configuration: that starts a keyring by itself for whoever asks.
        var configuration = Path.Combine(_folder.FullName, "bus.conf");
        await File.WriteAllTextAsync(configuration, $"""
            <busconfig>
              <type>session</type>
              <listen>{Address}</listen>
              <auth>EXTERNAL</auth>
              <policy context="default">
                <allow send_destination="*" eavesdrop="true"/>
                <allow eavesdrop="true"/>
                <allow own="*"/>
              </policy>
            </busconfig>
            """);
        _bus = Start("dbus-daemon", $"--config-file={configuration}", "--nofork", "--print-address");

        // It listens by the time it says where.
        if (await _bus.StandardOutput.ReadLineAsync() is null)
        {
            throw new InvalidOperationException($"The bus doesn't start: {_errors}");
        }
    }

    private async Task AnswersAsync(string answer, string destination, string path, string method, string argument)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                var said = await RunAsync(
                    input: null, "dbus-send", $"--bus={Address}", "--print-reply=literal", $"--dest={destination}", path, method, argument);
                if (said.Trim().EndsWith(answer, StringComparison.Ordinal))
                {
                    return;
                }
            }
            catch (InvalidOperationException) when (Stopwatch.GetElapsedTime(started) < Patience)
            {
                // It isn't on the bus yet.
            }

            if (Stopwatch.GetElapsedTime(started) > Patience || _keyring is not { HasExited: false })
            {
                throw new InvalidOperationException($"The keyring doesn't start: {_errors}");
            }

            await Task.Delay(20);
        }
    }

    private Process Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        start.Environment["DBUS_SESSION_BUS_ADDRESS"] = Address;
        start.Environment["HOME"] = _folder.FullName;
        start.Environment["XDG_DATA_HOME"] = Path.Combine(_folder.FullName, "data");
        start.Environment["XDG_CONFIG_HOME"] = Path.Combine(_folder.FullName, "config");
        start.Environment["XDG_CACHE_HOME"] = Path.Combine(_folder.FullName, "cache");
        start.Environment["XDG_RUNTIME_DIR"] = _folder.FullName;
        start.Environment.Remove("DISPLAY");
        start.Environment.Remove("WAYLAND_DISPLAY");
        try
        {
            var process = Process.Start(start)!;
            process.ErrorDataReceived += (_, line) => _errors.Note(line.Data);
            process.BeginErrorReadLine();
            return process;
        }
        catch (Win32Exception exception)
        {
            throw new InvalidOperationException(
                $"These tests need {program}: apt-get install dbus gnome-keyring libsecret-tools", exception);
        }
    }

    private static async Task KillAsync(Process? process)
    {
        if (process is { HasExited: false })
        {
            await SignalAsync("-KILL", process);
            await process.WaitForExitAsync();
        }
    }

    private static async Task SignalAsync(string signal, Process process)
    {
        using var kill = Process.Start("kill", [signal, process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }
}
