using CsCheck;
using Latchkey.Desktop.Window;

namespace Latchkey.Desktop.Tests.Window;

public class NavigationRuleTests
{
    private static readonly NavigationRule Rule = new(new Uri("http://127.0.0.1:5123/enter?code=abc"));

    [Theory]
    [InlineData("http://127.0.0.1:5123/enter?code=abc")]
    [InlineData("http://127.0.0.1:5123")]
    [InlineData("http://127.0.0.1:5123/chat/1#end")]
    [InlineData("HTTP://127.0.0.1:5123/_blazor")]
    public void the_apps_own_pages_load_whoever_wants_them(string target)
    {
        Rule.Decide(target, byPerson: true).Should().Be(Navigation.Load);
        Rule.Decide(target, byPerson: false).Should().Be(Navigation.Load);
    }

    [Theory]
    [InlineData("https://example.com/page?q=1")]
    [InlineData("http://example.com")]
    [InlineData("https://127.0.0.1:5123/")]
    [InlineData("http://127.0.0.1:5124/")]
    [InlineData("http://127.0.0.1/")]
    [InlineData("http://localhost:5123/")]
    [InlineData("http://127.0.0.1.example.com:5123/")]
    [InlineData("http://[::1]:5123/")]
    public void another_origin_opens_outside_when_the_person_wants_it(string target)
    {
        Rule.Decide(target, byPerson: true).Should().Be(Navigation.OpenOutside);
        Rule.Decide(target, byPerson: false).Should().Be(Navigation.Refuse);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("/relative")]
    [InlineData("about:blank")]
    [InlineData("about:srcdoc")]
    [InlineData("javascript:alert(1)")]
    [InlineData("data:text/html,hello")]
    [InlineData("blob:http://127.0.0.1:5123/0f8fad5b")]
    [InlineData("file:///etc/passwd")]
    [InlineData("file://host/share")]
    [InlineData("ftp://example.com/")]
    [InlineData("mailto:someone@example.com")]
    [InlineData("vscode://file/etc/passwd")]
    [InlineData("ms-settings:")]
    [InlineData("ws://127.0.0.1:5123/")]
    [InlineData("http:///nowhere")]
    [InlineData("http://127.0.0.1:5123@example.com/")]
    [InlineData("http://user:secret@127.0.0.1:5123/")]
    public void everything_else_is_refused(string? target)
    {
        Rule.Decide(target, byPerson: true).Should().Be(Navigation.Refuse);
        Rule.Decide(target, byPerson: false).Should().Be(Navigation.Refuse);
    }

    [Fact]
    public void no_text_loads_that_a_browser_would_take_for_another_origin() =>
        Gen.Char["htps:/\\@127.0.0.1:5123?#example "].Array[0, 30].Select(letters => "http:" + new string(letters))
            .Sample(target => Rule.Decide(target, byPerson: false) != Navigation.Load
                || new Uri(target).GetLeftPart(UriPartial.Authority) == "http://127.0.0.1:5123");
}
