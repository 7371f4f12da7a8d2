using Latchkey.Gateway.Configuration;
using Latchkey.Gateway.DataPath.Forward.KeyPool;

namespace Latchkey.Gateway.Tests.DataPath.Forward.KeyPool;

public class UpstreamKeyListTests
{
    [Fact]
    public void keys_are_trimmed_and_duplicates_dropped_in_order()
    {
        UpstreamKeyList.Parse(" sk-b ,sk-a,, sk-b,\tsk-c\n").Select(k => k.Reveal()).Should().Equal("sk-b", "sk-a", "sk-c");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" , ,")]
    public void no_key_is_refused_with_the_name_of_the_variable(string? setting)
    {
        var parse = () => UpstreamKeyList.Parse(setting);

        parse.Should().Throw<SettingException>().WithMessage("ANTHROPIC_API_KEY*");
    }

    [Theory]
    [InlineData("sk-good,sk-secret\r\nx-evil: 1")]
    [InlineData("sk-good,sk-secret two")]
    [InlineData("sk-good,sk-secret\u2026")]
    public void a_key_that_cannot_stand_in_a_header_is_refused_without_showing_it(string setting)
    {
        var parse = () => UpstreamKeyList.Parse(setting);

        parse.Should().Throw<SettingException>().WithMessage("ANTHROPIC_API_KEY: key 2*").Which.Message.Should().NotContain("sk-");
    }
}
