using Latchkey.Desktop.Window.Chromium;

namespace Latchkey.Desktop.Tests.Window;

public sealed class BrowserSearchTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("latchkey-browsers-");

    [Fact]
    public void the_order_of_programs_goes_before_the_order_of_folders()
    {
        Program("b/google-chrome");
        Program("a/chromium");

        Find("google-chrome", "chromium").Should().EndWith("b/google-chrome");
    }

    [Fact]
    public void a_file_that_cannot_be_run_is_no_program()
    {
        File.WriteAllText(Place("a/chromium"), "");
        Program("b/chromium");

        Find("chromium").Should().EndWith("b/chromium");
    }

    [Fact]
    public void a_folder_of_the_name_is_no_program()
    {
        Directory.CreateDirectory(Place("a/chromium"));

        Find("chromium").Should().BeNull();
    }

    [Fact]
    public void a_relative_folder_of_the_path_is_not_looked_into() =>
        BrowserSearch.In([".", ""], [Path.GetFileName(Environment.ProcessPath!)]).Should().BeNull();

    [Fact]
    public void a_link_to_nowhere_is_no_program()
    {
        File.CreateSymbolicLink(Place("a/chromium"), "/nowhere/chromium");
        Program("b/chromium");

        Find("chromium").Should().EndWith("b/chromium");
    }

    [Fact]
    public void a_link_is_followed()
    {
        Program("elsewhere/chrome-123");
        File.CreateSymbolicLink(Place("a/google-chrome"), Place("elsewhere/chrome-123"));

        Find("google-chrome").Should().EndWith("a/google-chrome");
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private string? Find(params string[] programs) =>
        BrowserSearch.In([Path.Combine(_folder.FullName, "a"), Path.Combine(_folder.FullName, "b")], programs);

    private void Program(string name)
    {
        File.WriteAllText(Place(name), "#!/bin/sh\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Place(name), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }
    }

    private string Place(string name)
    {
        var path = Path.Combine(_folder.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return path;
    }
}
