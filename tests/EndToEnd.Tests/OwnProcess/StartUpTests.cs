namespace Latchkey.EndToEnd.Tests.OwnProcess;

public class StartUpTests
{
    [Theory]
    [InlineData("ANTHROPIC_API_KEY", null)]
    [InlineData("JWT_SECRET", null)]
    [InlineData("JWT_SECRET", "too short")]
    [InlineData("ADMIN_API_KEY", null)]
    [InlineData("ADMIN_API_KEY", "too short")]
    [InlineData("HOST", null)]
    [InlineData("HOST", "0.0.0.0")]
    public async Task production_refuses_to_start_with_one_line_that_names_the_variable(string variable, string? value)
    {
        await using var gateway = GatewayProcess.Start((variable, value));

        var end = await gateway.EndAsync();

        end.ExitCode.Should().NotBe(0);
        end.Errors.TrimEnd('\n').Should().StartWith("latchkey: ").And.Contain(variable).And.NotContain("\n");
        end.Output.Should().BeEmpty();
    }

    [Fact]
    public async Task production_starts_when_everything_is_there()
    {
        await using var gateway = GatewayProcess.Start();

        (await gateway.AddressAsync()).IsLoopback.Should().BeTrue();
    }
}
