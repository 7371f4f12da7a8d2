using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Latchkey.Desktop.Window.Chromium;

/// <summary>The fallback: a browser of the Chromium family, in a window without tabs and address, with a profile of its own.</summary>
internal sealed partial class ChromiumAppWindow : IAppWindow
{
    /// <summary>How long a browser may take to end by itself when it is asked to.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private const int Terminate = 15;

    public string Name => "Browser window";

    public string? Unavailable() =>
        Display.Missing()
        ?? (BrowserSearch.Find() is null
            ? "no Chrome, Chromium, Edge or Brave was found; install one of them (a snap can't be used)."
            : null);

    public void Run(WindowRequest request, CancellationToken stop)
    {
        var program = BrowserSearch.Find() ?? throw new WindowUnavailableException($"{Name}: the browser is gone.");
        using var folder = BrowserFolder.Take(request.DataFolder);
        folder.WriteEntryPage(request.Address, request.Title);
        var lastWords = new LastWords();
        using var browser = Start(program, Arguments(program, request, folder), folder.Crashes);
        browser.ErrorDataReceived += (_, line) => lastWords.Add(line.Data);
        browser.BeginErrorReadLine();
        request.Logger.Shown(program);

        using (stop.Register(() => End(browser)))
        {
            // Without a limit it would wait for everybody who holds the error stream, which may be a program that the browser has started.
            while (!browser.WaitForExit(TimeSpan.FromHours(1)))
            {
            }
        }

        if (browser.ExitCode != 0 && !stop.IsCancellationRequested)
        {
            throw new WindowUnavailableException(string.Create(
                CultureInfo.InvariantCulture,
                $"{program} ended with {browser.ExitCode}. Its last words:{Environment.NewLine}{lastWords}"));
        }
    }

    private static List<string> Arguments(string program, WindowRequest request, BrowserFolder folder)
    {
        List<string> arguments =
        [
            $"--app={new Uri(folder.EntryPage).AbsoluteUri}",
            $"--user-data-dir={folder.Profile}",
            $"--class={AppWindows.ProgramName}",
            string.Create(CultureInfo.InvariantCulture, $"--window-size={request.Size.Width},{request.Size.Height}"),
            // Cookies, history and what the page had cached are gone with the window. Edge has another name for it.
            Path.GetFileName(program).Contains("edge", StringComparison.OrdinalIgnoreCase) ? "--inprivate" : "--incognito",
            // The rule that only the app's own origin loads: everything else is sent to a proxy that can't exist (RFC 6761).
            "--proxy-server=http://nowhere.invalid:80",
            $"--proxy-bypass-list=<-loopback>;{request.Address.Authority}",
            "--no-first-run",
            "--no-default-browser-check",
            "--disable-background-mode",
            "--disable-background-networking",
            "--disable-breakpad",
            "--disable-component-update",
            "--disable-extensions",
            "--disable-features=Translate",
            "--disable-sync",
            "--hide-crash-restore-bubble",
            // The keyring would ask the person for a password, to keep nothing.
            "--password-store=basic",
            "--use-mock-keychain",
        ];
        if (OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess)
        {
            // Chromium's sandbox refuses to start for root.
            arguments.Add("--no-sandbox");
        }

        return arguments;
    }

    private static Process Start(string program, IReadOnlyList<string> arguments, string crashes)
    {
        // A terminal that the app was started in isn't the browser's.
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Crash reports would go beside the profile that the person's own browser has.
        start.Environment["BREAKPAD_DUMP_LOCATION"] = crashes;
        try
        {
            var browser = Process.Start(start)!;
            browser.StandardInput.Close();
            browser.OutputDataReceived += static (_, _) => { };
            browser.BeginOutputReadLine();
            return browser;
        }
        catch (Win32Exception failure)
        {
            throw new WindowUnavailableException($"{program} can't be started: {failure.Message}");
        }
    }

    /// <summary>
    /// Asks the browser to end, so that it saves its profile and takes its processes along; one that doesn't is ended with all of them.
    /// </summary>
    private static void End(Process browser)
    {
        try
        {
            if (browser.HasExited)
            {
                return;
            }

            if (OperatingSystem.IsWindows())
            {
                browser.CloseMainWindow();
            }
            else
            {
                _ = Kill(browser.Id, Terminate);
            }

            if (!browser.WaitForExit(Patience))
            {
                browser.Kill(entireProcessTree: true);
            }
        }
        catch (InvalidOperationException) when (browser.HasExited)
        {
            // It was faster.
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
