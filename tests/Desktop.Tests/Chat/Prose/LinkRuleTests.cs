using Latchkey.Desktop.Chat.Prose;

namespace Latchkey.Desktop.Tests.Chat.Prose;

public class LinkRuleTests
{
    [Theory]
    [InlineData("https://a.example/b?c#d", "https://a.example/b?c#d")]
    [InlineData("http://localhost:3000/", "http://localhost:3000/")]
    [InlineData("http://192.168.1.4/", "http://192.168.1.4/")]
    [InlineData("mailto:me@a.example", "mailto:me@a.example")]
    [InlineData("HTTPS://A.example", "https://a.example/")]
    public void may_be_followed(string address, string canonical) => LinkRule.Follow(address)!.AbsoluteUri.Should().Be(canonical);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("relative/path")]
    [InlineData("/c/1")]
    [InlineData("#composer")]
    [InlineData("//a.example/")]
    [InlineData("javascript:alert(1)")]
    [InlineData("data:text/html,x")]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://a.example/")]
    [InlineData("ms-settings:privacy")]
    [InlineData("https://user:secret@a.example/")]
    [InlineData("http://127.0.0.1:9999/")]
    [InlineData("http://127.1/")]
    [InlineData("http://127.7.7.7/")]
    [InlineData("http://2130706433/")]
    [InlineData("http://0x7f000001/")]
    [InlineData("http://0177.0.0.1/")]
    [InlineData("http://127.0.0.1/")]
    [InlineData("http://0.0.0.0/")]
    [InlineData("http://[::1]/")]
    [InlineData("http://[::ffff:127.0.0.1]/")]
    public void stays_text(string? address) => LinkRule.Follow(address).Should().BeNull();
}
