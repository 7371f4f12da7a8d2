namespace Latchkey.Desktop.Window.Chromium;

/// <summary>Where a browser of the Chromium family is, whose windows can be without tabs and address bar.</summary>
internal static class BrowserSearch
{
    private static readonly string[] LinuxNames =
    [
        "google-chrome", "google-chrome-stable", "chromium", "chromium-browser",
        "microsoft-edge", "microsoft-edge-stable", "brave-browser", "brave",
    ];

    /// <summary>Edge first: it is on every Windows.</summary>
    private static readonly string[] WindowsPrograms =
    [
        @"Microsoft\Edge\Application\msedge.exe",
        @"Google\Chrome\Application\chrome.exe",
        @"BraveSoftware\Brave-Browser\Application\brave.exe",
        @"Chromium\Application\chrome.exe",
    ];

    private static readonly string[] MacPrograms =
    [
        "Google Chrome.app/Contents/MacOS/Google Chrome",
        "Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
        "Brave Browser.app/Contents/MacOS/Brave Browser",
        "Chromium.app/Contents/MacOS/Chromium",
    ];

    /// <returns>The program's full path, or null.</returns>
    public static string? Find()
    {
        if (OperatingSystem.IsWindows())
        {
            return In(
                [
                    Environment.GetFolderPath(Environment.SpecialFolder.ProgramFilesX86),
                    Environment.GetFolderPath(Environment.SpecialFolder.ProgramFiles),
                    Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData),
                ],
                WindowsPrograms);
        }

        if (OperatingSystem.IsMacOS())
        {
            var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            return In(["/Applications", Path.Combine(home, "Applications")], MacPrograms);
        }

        return In((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator), LinuxNames);
    }

    /// <summary>The first of the programs that is in any of the folders.</summary>
    internal static string? In(IReadOnlyList<string> folders, IReadOnlyList<string> programs) =>
    (
        from program in programs
        from folder in folders
        where Path.IsPathFullyQualified(folder)
        let path = Path.Combine(folder, program)
        where IsProgram(path)
        select path).FirstOrDefault();

    private static bool IsProgram(string path)
    {
        if (!File.Exists(path))
        {
            return false;
        }

        // A link may lead nowhere.
        var program = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        return File.Exists(program) && IsExecutable(program) && !IsSnap(program);
    }

    private static bool IsExecutable(string program) =>
        OperatingSystem.IsWindows()
        || (File.GetUnixFileMode(program) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0;

    /// <summary>
    /// A snap's browser can't read the app's data folder. Snaps' programs are links to one, which looks at the name that it is called by.
    /// </summary>
    private static bool IsSnap(string program) => program == "/usr/bin/snap" || program.StartsWith("/snap/", StringComparison.Ordinal);
}
