using System.Net;
using Latchkey.Cli.Tests.Support;
using Latchkey.TestKit;

namespace Latchkey.Cli.Tests.Program;

/// <summary><c>latchkey token</c>, as tools run it.</summary>
public class TokenTests
{
    private const int Bootstrapped = 7001;
    private const int Refreshed = 7002;

    [Fact]
    public async Task a_token_and_nothing_else_is_printed_and_the_gateway_takes_it()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var person = await Person.ArriveAsync(gateway.Address);

        var ran = await person.LatchkeyAsync("token");

        ran.Should().Match<Ran>(r => r.ExitCode == 0 && r.Errors == "" && r.Output.StartsWith("sk-ant-proxy-ey") && r.Output.EndsWith('\n') && r.Lines.Length == 1);
        (await CallAsync(gateway, ran.Output.Trim())).Should().Be(HttpStatusCode.OK);
        (await person.LatchkeyAsync("token")).Output.Should().Be(ran.Output, "it is kept");
        Count(gateway, Bootstrapped).Should().Be(1);
    }

    [Fact]
    public async Task ten_at_once_ask_once_for_the_first_token_and_once_for_the_next()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var person = await Person.ArriveAsync(gateway.Address);

        var first = await TenAsync(person);
        await person.LetTimePassAsync(TimeSpan.FromHours(23.5));
        var second = await TenAsync(person);

        first.Distinct().Should().ContainSingle();
        second.Distinct().Should().ContainSingle().Which.Should().NotBe(first[0]);
        Count(gateway, Bootstrapped).Should().Be(1);
        Count(gateway, Refreshed).Should().Be(1);
    }

    [Fact]
    public async Task a_due_token_is_printed_when_it_cannot_be_renewed_and_still_works()
    {
        await using var server = await ContractServer.StartAsync();
        using var person = await Person.ArriveAsync(server.Address);
        var first = await person.LatchkeyAsync("token");
        server.RefreshAnswer = server.BootstrapAnswer = ContractServer.Refusal(HttpStatusCode.ServiceUnavailable);
        await person.LetTimePassAsync(TimeSpan.FromHours(23.5));

        var due = await person.LatchkeyAsync("token");

        server.Refreshes.Should().HaveCount(1);
        due.Should().Match<Ran>(r => r.ExitCode == 0 && r.Output == first.Output && r.Errors == "");
    }

    [Fact]
    public async Task a_gateway_that_cannot_be_reached_is_told_on_the_error_stream_with_its_code()
    {
        using var person = await Person.ArriveAsync(new Uri($"http://127.0.0.1:{LoopbackPort.Free()}"));

        var ran = await person.LatchkeyAsync("token");

        ran.ExitCode.Should().Be(ExitCode.Unreachable);
        ran.Output.Should().BeEmpty();
        ran.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).Should().ContainSingle().Which.Should().StartWith("latchkey: 127.0.0.1:").And.Contain("can't be reached");
    }

    [Fact]
    public async Task a_gateway_that_refuses_has_a_code_of_its_own()
    {
        await using var server = await ContractServer.StartAsync();
        server.BootstrapAnswer = ContractServer.Refusal(HttpStatusCode.Forbidden);
        using var person = await Person.ArriveAsync(server.Address);

        var ran = await person.LatchkeyAsync("token");

        ran.ExitCode.Should().Be(ExitCode.Refused);
        ran.Errors.Should().Contain("This device isn't known").And.Contain("administrator");
    }

    [Fact]
    public async Task without_a_gateway_there_is_no_token_but_a_key_of_ones_own_when_it_is_asked_for()
    {
        using var person = await Person.ArriveAsync();
        (await person.LatchkeyAsync("token")).ExitCode.Should().Be(ExitCode.NotConfigured);
        person.Variables["ANTHROPIC_API_KEY"] = "sk-ant-own-0123456789";

        (await person.LatchkeyAsync("token")).Should().Match<Ran>(r => r.ExitCode == ExitCode.NotConfigured && r.Output == "");
        (await person.LatchkeyAsync("token", "--allow-direct")).Output.Should().Be("sk-ant-own-0123456789\n");
    }

    [Fact]
    public async Task a_helper_that_is_asked_again_at_once_finds_out_that_its_token_is_refused()
    {
        await using var server = await ContractServer.StartAsync();
        using var person = await Person.ArriveAsync(server.Address);
        var first = await person.LatchkeyAsync("token", "--helper");
        server.TakeBack();

        var second = await person.LatchkeyAsync("token", "--helper");

        second.Output.Should().StartWith("sk-ant-proxy-token-").And.NotBe(first.Output);
        server.Bootstraps.Should().HaveCount(2);
    }

    [Fact]
    public async Task a_helper_that_is_asked_again_at_once_keeps_a_token_that_is_good()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var person = await Person.ArriveAsync(gateway.Address);

        var first = await person.LatchkeyAsync("token", "--helper");
        var second = await person.LatchkeyAsync("token", "--helper");

        second.Output.Should().Be(first.Output);
        (Count(gateway, Bootstrapped) + Count(gateway, Refreshed)).Should().Be(1);
    }

    [Fact]
    public async Task with_json_it_says_where_the_token_is_good_and_until_when()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var person = await Person.ArriveAsync(gateway.Address);

        var token = await person.LatchkeyJsonAsync("token");

        token["base_url"]!.GetValue<string>().Should().Be(gateway.Address.GetLeftPart(UriPartial.Authority));
        token["direct"]!.GetValue<bool>().Should().BeFalse();
        Left(token["expires_at"]!.GetValue<string>()).Should().BeCloseTo(TimeSpan.FromHours(24), TimeSpan.FromMinutes(5));
        (await CallAsync(gateway, token["token"]!.GetValue<string>())).Should().Be(HttpStatusCode.OK);
    }

    private static async Task<string[]> TenAsync(Person person)
    {
        var runs = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => person.LatchkeyAsync("token")));
        runs.Should().OnlyContain(r => r.ExitCode == 0, string.Join('\n', runs.Select(r => r.Errors)));
        return [.. runs.Select(r => r.Output)];
    }

    private static int Count(TestGateway gateway, int eventId) => gateway.Logs.Lines.Count(line => line.EventId == eventId);

    private static async Task<HttpStatusCode> CallAsync(TestGateway gateway, string key)
    {
        using var answer = await gateway.Http.SendAsync(TestGateway.Call(key, "/v1/messages", TestGateway.Message()));
        return answer.StatusCode;
    }

    private static TimeSpan Left(string instant) =>
        DateTimeOffset.Parse(instant, System.Globalization.CultureInfo.InvariantCulture) - TimeProvider.System.GetUtcNow();
}
