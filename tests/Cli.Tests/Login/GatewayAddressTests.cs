using Latchkey.Cli.Login;
using Latchkey.Cli.Output;

namespace Latchkey.Cli.Tests.Login;

public class GatewayAddressTests
{
    [Theory]
    [InlineData("https://claude.example.com", "https://claude.example.com/bootstrap")]
    [InlineData("https://claude.example.com/", "https://claude.example.com/bootstrap")]
    [InlineData("claude.example.com", "https://claude.example.com/bootstrap")]
    [InlineData("claude.example.com:8443/team/", "https://claude.example.com:8443/team/bootstrap")]
    [InlineData("https://claude.example.com/team/bootstrap", "https://claude.example.com/team/bootstrap")]
    [InlineData(" http://10.0.0.1:3001 ", "http://10.0.0.1:3001/bootstrap")]
    [InlineData("localhost:3001", "http://localhost:3001/bootstrap")]
    [InlineData("127.0.0.1:3001/", "http://127.0.0.1:3001/bootstrap")]
    [InlineData("[::1]:3001", "http://[::1]:3001/bootstrap")]
    public void what_people_type_is_understood(string typed, string address) => GatewayAddress.Parse(typed).AbsoluteUri.Should().Be(address);

    [Theory]
    [InlineData("")]
    [InlineData("not an address")]
    [InlineData("ftp://claude.example.com")]
    [InlineData("https://user:password@claude.example.com")]
    [InlineData("https://claude.example.com/?x=1")]
    public void what_is_no_gateways_address_is_told(string typed)
    {
        var parse = () => GatewayAddress.Parse(typed);

        parse.Should().Throw<CommandException>().Which.ExitCode.Should().Be(ExitCode.Usage);
    }
}
