using System.Globalization;
using System.Text.RegularExpressions;
using Latchkey.EndToEnd.Tests.Support;

namespace Latchkey.Desktop.Tests.Support;

/// <summary>
/// A desktop without a screen: Xvfb on a display of its own, a window manager, a session's bus and an empty home. <see cref="Start"/>
/// shows programs there; the rest drives them as a person does. Disposing it leaves no process and no file.
/// </summary>
internal sealed partial class XDisplay : IAsyncDisposable
{
    private const string Packages = "xvfb openbox dbus-daemon xdotool imagemagick";
    private const string Mark = "LATCHKEY_TEST_DESKTOP";

    private readonly DirectoryInfo _home;
    private readonly Dictionary<string, string> _environment;
    private readonly List<ChildProcess> _desktop = [];
    private readonly HashSet<string> _sessions = [];

    private XDisplay()
    {
        _home = Directory.CreateTempSubdirectory("latchkey-display-");
        _environment = new()
        {
            ["HOME"] = _home.FullName,
            ["XDG_RUNTIME_DIR"] = MakeFolder("run"),
            ["TMPDIR"] = MakeFolder("tmp"),
            ["LANG"] = "C.UTF-8",
            ["DOTNET_EnableDiagnostics"] = "0",
        };
        MakeFolder("Downloads");
        if (System.Environment.GetEnvironmentVariable("DOTNET_ROOT") is { } dotnet)
        {
            _environment["DOTNET_ROOT"] = dotnet;
        }
    }

    /// <summary>What a program must be given to appear here.</summary>
    public IReadOnlyDictionary<string, string> Environment => _environment;

    public string Home => _home.FullName;

    public static async Task<XDisplay> StartAsync()
    {
        var display = new XDisplay();
        try
        {
            // It picks a free number and says so.
            var server = display.Launch("Xvfb", "-displayfd", "1", "-screen", "0", "1280x900x24", "-nolisten", "tcp", "-noreset");
            var number = await server.SaysAsync(Number());
            display._environment["DISPLAY"] = ":" + number.Value.Trim();
            var bus = display.Launch("dbus-daemon", "--session", "--nofork", "--print-address");
            display._environment["DBUS_SESSION_BUS_ADDRESS"] = (await bus.SaysAsync(BusAddress())).Value.Trim();
            display.Launch("openbox", "--sm-disable");
            await Eventually.TrueAsync(
                async () => (await display.TryAsync("xdotool", "get_num_desktops")).ExitCode == 0,
                "openbox should manage windows");
            return display;
        }
        catch
        {
            await display.DisposeAsync();
            throw;
        }
    }

    /// <summary>The window of this title (a regular expression), once it is there.</summary>
    public async Task<string> WindowAsync(string title)
    {
        var found = "";
        await Eventually.TrueAsync(
            async () => (found = (await TryAsync("xdotool", "search", "--onlyvisible", "--name", title)).Output.Trim()).Length > 0,
            $"a window called {title} should appear");
        return found.Split('\n')[0];
    }

    /// <summary>Whether a window of this title stands on the screen now.</summary>
    public async Task<bool> ShowsAsync(string title) =>
        (await TryAsync("xdotool", "search", "--onlyvisible", "--name", title)).Output.Length > 0;

    /// <summary>The windows whose class, which launchers and task bars go by, is this.</summary>
    public async Task<string[]> WindowsOfClassAsync(string name) =>
        (await TryAsync("xdotool", "search", "--onlyvisible", "--class", $"^{name}$")).Output
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Types a key such as <c>ctrl+plus</c> into a window.</summary>
    public async Task KeyAsync(string window, string key)
    {
        await RunAsync("xdotool", "windowactivate", "--sync", window);
        await RunAsync("xdotool", "key", key);
    }

    /// <summary>Types a text into a window.</summary>
    public async Task TypeAsync(string window, string text)
    {
        await RunAsync("xdotool", "windowactivate", "--sync", window);
        await RunAsync("xdotool", "type", text);
    }

    /// <summary>Clicks at a place in a window, counted from the upper left corner of its content.</summary>
    public async Task ClickAsync(string window, int x, int y, int button = 1)
    {
        await RunAsync("xdotool", "windowactivate", "--sync", window);
        await RunAsync("xdotool", "mousemove", "--window", window, Text(x), Text(y), "click", Text(button));
    }

    /// <summary>Clicks the close button that the window manager has given a window, at the right end of its title.</summary>
    public async Task CloseAsync(string window)
    {
        await RunAsync("xdotool", "windowactivate", "--sync", window);
        var geometry = await RunAsync("xdotool", "getwindowgeometry", "--shell", window);
        var width = int.Parse(Width().Match(geometry).Groups[1].Value, CultureInfo.InvariantCulture);
        await RunAsync("xdotool", "mousemove", "--window", window, "--", Text(width - 10), "-10");
        await RunAsync("xdotool", "click", "1");
    }

    /// <summary>The whole screen as a PNG file.</summary>
    public async Task<string> ScreenshotAsync(string name)
    {
        var folder = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "screenshots"));
        var file = Path.Combine(folder.FullName, name + ".png");
        await RunAsync("import", "-window", "root", file);
        return file;
    }

    /// <summary>The colour at a place in a window, as <c>srgb(r,g,b)</c>.</summary>
    public async Task<string> ColorAsync(string window, int x, int y) =>
        (await RunAsync("import", "-window", window, "-crop", $"1x1+{Text(x)}+{Text(y)}", "-format", "%[pixel:p{0,0}]", "info:-")).Trim();

    /// <summary>
    /// Starts a program on this desktop with some variables beside those of <see cref="Environment"/>, in a session of its own, by which
    /// its processes are known even when their parents are gone.
    /// </summary>
    public ChildProcess Start(string program, IEnumerable<string> arguments, IEnumerable<KeyValuePair<string, string>>? changes = null)
    {
        var environment = new Dictionary<string, string>(_environment) { [Mark] = Path.GetFileName(Home) };
        foreach (var (name, value) in changes ?? [])
        {
            environment[name] = value;
        }

        return ChildProcess.Start("setsid", [program, .. arguments], environment, Home, "util-linux");
    }

    /// <summary>
    /// What runs of the programs that were started here, with what they have started: "pid name" each. Some overwrite their environment, so
    /// that one look while they run is needed to know their session.
    /// </summary>
    public IReadOnlyList<string> Programs()
    {
        var all = Directory.EnumerateDirectories("/proc").Where(folder => folder[6..].All(char.IsAsciiDigit))
            .Select(folder => (Name: TryRead(folder + "/comm").Trim(), Id: folder[6..], Session: SessionOf(folder), Ours: IsMarked(folder)))
            .Where(process => process.Name.Length > 0)
            .ToList();
        _sessions.UnionWith(all.Where(process => process.Ours).Select(process => process.Session));
        return
        [
            .. all.Where(process => process.Ours || _sessions.Contains(process.Session)).Select(process => $"{process.Id} {process.Name}"),
        ];
    }

    /// <summary>The command line of every such program, as any user of the machine can read it.</summary>
    public IReadOnlyList<string> CommandLines() =>
        [.. Programs().Select(p => TryRead($"/proc/{p.Split(' ')[0]}/cmdline").Replace('\0', ' ')).Where(line => line.Length > 0)];

    public async ValueTask DisposeAsync()
    {
        // The display last: its end would be an error to the others.
        for (var i = _desktop.Count - 1; i >= 0; i--)
        {
            if (!_desktop[i].HasEnded)
            {
                await _desktop[i].TerminateAsync();
                await _desktop[i].EndAsync();
            }

            await _desktop[i].DisposeAsync();
        }

        // Services that the bus had started go when it is gone, and may write until then.
        await Eventually.TrueAsync(
            () =>
            {
                try
                {
                    _home.Delete(recursive: true);
                    return true;
                }
                catch (IOException)
                {
                    return false;
                }
            },
            $"{Home} should be free");
    }

    private ChildProcess Launch(string program, params string[] arguments)
    {
        var process = ChildProcess.Start(program, arguments, _environment, Home, Packages);
        _desktop.Add(process);
        return process;
    }

    private async Task<Finished> TryAsync(string program, params string[] arguments)
    {
        await using var process = ChildProcess.Start(program, arguments, _environment, Home, Packages);
        return await process.EndAsync();
    }

    private async Task<string> RunAsync(string program, params string[] arguments)
    {
        var end = await TryAsync(program, arguments);
        end.ExitCode.Should().Be(0, "{0} {1} says {2}", program, string.Join(' ', arguments), end.Errors);
        return end.Output;
    }

    private string MakeFolder(string name)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException("Xvfb needs a Unix.");
        }

        var folder = Path.Combine(_home.FullName, name);
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return folder;
    }

    private bool IsMarked(string folder) =>
        TryRead(folder + "/environ").Contains($"{Mark}={Path.GetFileName(Home)}\0", StringComparison.Ordinal);

    /// <summary>The session of a process of /proc: the fourth field behind the name, which may have spaces and brackets.</summary>
    private static string SessionOf(string folder) => TryRead(folder + "/stat").Split(')')[^1].Split(' ').ElementAtOrDefault(4) ?? "";

    /// <summary>A process may end while it is looked at.</summary>
    private static string TryRead(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\d+\n", RegexOptions.Multiline)]
    private static partial Regex Number();

    [GeneratedRegex(@"^WIDTH=(\d+)$", RegexOptions.Multiline)]
    private static partial Regex Width();

    [GeneratedRegex(@"^unix:\S+\n", RegexOptions.Multiline)]
    private static partial Regex BusAddress();
}
