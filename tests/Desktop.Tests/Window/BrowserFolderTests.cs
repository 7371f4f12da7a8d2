using Latchkey.Desktop.Window;
using Latchkey.Desktop.Window.Chromium;

namespace Latchkey.Desktop.Tests.Window;

public sealed class BrowserFolderTests : IDisposable
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("latchkey-browser-folder-");

    [Fact]
    public void a_second_window_takes_a_second_folder_and_the_first_is_free_again_behind_its_window()
    {
        string first;
        using (var one = BrowserFolder.Take(_data.FullName))
        {
            using var two = BrowserFolder.Take(_data.FullName);
            first = one.Profile;
            two.Profile.Should().NotBe(first);
        }

        using var again = BrowserFolder.Take(_data.FullName);
        again.Profile.Should().Be(first);
    }

    [Fact]
    public void a_folder_that_others_could_look_into_is_closed_first()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_data.FullName, "browser-1"));
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException();
        }

        File.SetUnixFileMode(folder.FullName, (UnixFileMode)0b111_111_111);
        using var taken = BrowserFolder.Take(_data.FullName);

        File.GetUnixFileMode(folder.FullName).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Fact]
    public void an_entry_page_that_was_left_behind_is_written_anew()
    {
        using var folder = BrowserFolder.Take(_data.FullName);
        File.WriteAllText(folder.EntryPage, "left behind");

        folder.WriteEntryPage(new("http://127.0.0.1:5000/enter?code=new"), "Latchkey");

        File.ReadAllText(folder.EntryPage).Should().Contain("enter?code=new").And.NotContain("left behind");
    }

    [Fact]
    public void nothing_in_an_address_or_a_title_becomes_a_part_of_the_page()
    {
        using var folder = BrowserFolder.Take(_data.FullName);

        folder.WriteEntryPage(new("http://127.0.0.1:5000/?a=</script><b>'\"\\"), "</title><script>");

        var page = File.ReadAllText(folder.EntryPage);
        page.Split("</script>").Should().HaveCount(2);
        page.Split("<script>").Should().HaveCount(2);
        page.Should().NotContain("<b>");
    }

    [Fact]
    public void a_data_folder_that_cannot_be_written_is_named()
    {
        var file = Path.Combine(_data.FullName, "file");
        File.WriteAllText(file, "");

        var take = () => BrowserFolder.Take(file);

        take.Should().Throw<WindowUnavailableException>().WithMessage($"*{file}*");
    }

    public void Dispose() => _data.Delete(recursive: true);
}
