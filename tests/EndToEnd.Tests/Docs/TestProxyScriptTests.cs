using System.Net;
using System.Net.Sockets;
using Latchkey.TestKit;

namespace Latchkey.EndToEnd.Tests.Docs;

/// <summary><c>test-proxy.sh</c> finds nothing wrong with a gateway that works, and says what is wrong with one that doesn't.</summary>
[Collection(MetricsCollection.Name)]
public class TestProxyScriptTests
{
    [Fact]
    public async Task a_gateway_that_works_passes_every_call_and_no_secret_is_printed()
    {
        await using var gateway = await TestGateway.StartAsync();

        var run = await RunAsync(gateway.Address, ("OPERATOR_KEY", TestGateway.OperatorKey));

        run.ExitCode.Should().Be(0, run.Output);
        run.Output.Should().Contain(" 0 failed").And.NotContain("FAILED");
        run.Output.Split('\n').Count(l => l.StartsWith("ok ", StringComparison.Ordinal)).Should().BeGreaterThan(35);
        (run.Output + run.Errors).Should().NotContain("eyJ").And.NotContain(TestGateway.OperatorKey).And.NotContain(TestGateway.MasterKey);
    }

    [Fact]
    public async Task without_the_operators_key_its_calls_are_skipped()
    {
        await using var gateway = await TestGateway.StartAsync();

        var run = await RunAsync(gateway.Address);

        run.ExitCode.Should().Be(0, run.Output);
        run.Output.Should().Contain("no operator key given");
    }

    [Fact]
    public async Task a_wrong_operators_key_fails()
    {
        await using var gateway = await TestGateway.StartAsync();

        var run = await RunAsync(gateway.Address, ("OPERATOR_KEY", "lka_not_the_right_one_000000000"));

        run.ExitCode.Should().Be(1);
        run.Output.Should().Contain("POST /admin/circuit-breaker/reset: expected 200");
    }

    [Fact]
    public async Task an_upstream_that_is_away_fails_the_calls_that_need_it_and_no_others()
    {
        await using var gateway = await TestGateway.StartAsync(upstream: NobodyThere());

        var run = await RunAsync(gateway.Address);

        run.ExitCode.Should().Be(1);
        run.Output.Should().Contain("POST /v1/messages: expected 200 (a message), got 502: The gateway couldn't reach Claude.");
        run.Output.Should().NotContain("FAILED   GET    /healthz").And.Contain("ok       POST   /refresh");
    }

    [Fact]
    public async Task something_that_is_no_gateway_fails()
    {
        await using var gateway = await TestGateway.StartAsync();

        var run = await RunAsync(gateway.SimulatorAddress!);

        run.ExitCode.Should().Be(1);
        run.Output.Should().Contain("POST /bootstrap: expected 200").And.Contain("POST /v1/messages: expected 400 (a model that isn't allowed)");
    }

    [Fact]
    public async Task nobody_at_the_address_is_said_at_once()
    {
        var run = await RunAsync(NobodyThere());

        run.ExitCode.Should().Be(1);
        run.Output.Should().Contain("nothing answers at").And.NotContain("/bootstrap");
    }

    private static Task<Bash.Result> RunAsync(Uri address, params (string Name, string Value)[] environment) =>
        Bash.RunAsync(["test-proxy.sh", address.GetLeftPart(UriPartial.Authority)], environment);

    private static Uri NobodyThere()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
    }
}
