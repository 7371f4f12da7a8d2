using Latchkey.Desktop.Window;

namespace Latchkey.Desktop.Tests.Window;

public class ShippedFilesTests
{
    [Fact]
    public void webview2_is_not_shipped_where_it_cannot_run() =>
        Directory.EnumerateFiles(AppContext.BaseDirectory, "*WebView2*", SearchOption.AllDirectories).Should().BeEmpty();

    [Fact]
    public void every_type_of_the_app_can_be_listed_without_it() =>
        typeof(AppWindows).Assembly.GetTypes().Select(type => type.Namespace).Should().Contain("Latchkey.Desktop.Window.WebView2");
}
