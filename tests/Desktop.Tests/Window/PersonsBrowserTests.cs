using Latchkey.Desktop.Window;

namespace Latchkey.Desktop.Tests.Window;

public class PersonsBrowserTests
{
    [Theory]
    [InlineData("https://example.com/", true)]
    [InlineData("http://example.com/", true)]
    [InlineData("file:///etc/passwd", false)]
    [InlineData("mailto:someone@example.com", false)]
    [InlineData("vscode://file/etc/passwd", false)]
    [InlineData("javascript:alert(1)", false)]
    [InlineData("/relative", false)]
    public void only_addresses_of_the_web_open_in_the_browser(string address, bool opens)
    {
        var uri = new Uri(address, UriKind.RelativeOrAbsolute);

        PersonsBrowser.CanOpen(uri).Should().Be(opens);
        if (!opens)
        {
            FluentActions.Invoking(() => PersonsBrowser.Open(uri)).Should().Throw<ArgumentException>();
        }
    }
}
