using System.Text.Json.Nodes;
using Latchkey.TestKit;

namespace Latchkey.EndToEnd.Tests.Docs;

/// <summary>Claude Code's helper script gets a token, keeps it, and renews it in time.</summary>
public sealed class TokenHelperTests : IDisposable
{
    private readonly DirectoryInfo _cache = Directory.CreateTempSubdirectory("latchkey-helper-");

    public void Dispose() => _cache.Delete(recursive: true);

    [Fact]
    public async Task a_token_is_fetched_once_and_kept_for_its_owner_only()
    {
        await using var gateway = await TestGateway.StartAsync();

        var first = await TokenAsync(gateway.Address);
        FiveMinutesPass();
        var second = await TokenAsync(gateway.Address);

        second.Should().Be(first);
        (await gateway.Http.SendAsync(TestGateway.Call(first, "/v1/models"))).IsSuccessStatusCode.Should().BeTrue();
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(Kept()).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    [Fact]
    public async Task a_token_is_replaced_when_claude_code_asks_again_at_once()
    {
        await using var gateway = await TestGateway.StartAsync();

        var refused = await TokenAsync(gateway.Address);

        (await TokenAsync(gateway.Address)).Should().NotBe(refused);
    }

    [Fact]
    public async Task a_token_that_ends_soon_is_renewed_in_its_session()
    {
        await using var gateway = await TestGateway.StartAsync();
        var first = await TokenAsync(gateway.Address);
        FiveMinutesPass();
        EndsIn(TimeSpan.FromMinutes(10));

        var second = await TokenAsync(gateway.Address);

        second.Should().NotBe(first);
        gateway.Logs.Lines.Should().ContainSingle(l => l.EventId == 7002, "it was refreshed, not got anew");
    }

    [Fact]
    public async Task a_gateway_that_is_away_doesnt_take_a_token_that_still_works()
    {
        var gateway = await TestGateway.StartAsync();
        var address = gateway.Address;
        var first = await TokenAsync(address);
        EndsIn(TimeSpan.FromMinutes(10));
        await gateway.DisposeAsync();

        (await TokenAsync(address)).Should().Be(first);

        EndsIn(TimeSpan.FromSeconds(-5));
        var without = await RunAsync(address);
        without.ExitCode.Should().Be(1);
        without.Output.Should().BeEmpty();
    }

    private async Task<string> TokenAsync(Uri address)
    {
        var run = await RunAsync(address);
        run.ExitCode.Should().Be(0, run.Errors);
        return run.Output.Trim();
    }

    private Task<Bash.Result> RunAsync(Uri address) => Bash.RunAsync(
        ["deploy/claude-code/latchkey-token.sh"],
        ("LATCHKEY_URL", address.GetLeftPart(UriPartial.Authority)),
        ("XDG_CACHE_HOME", _cache.FullName));

    private string Kept() => Directory.GetFiles(Path.Combine(_cache.FullName, "latchkey"), "*.json").Single();

    /// <summary>As long as Claude Code keeps a token before it asks again.</summary>
    private void FiveMinutesPass() => File.SetLastWriteTimeUtc(Kept() + ".asked", TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(-5));

    private void EndsIn(TimeSpan left)
    {
        var kept = JsonNode.Parse(File.ReadAllText(Kept()))!;
        kept["expires_at"] = (TimeProvider.System.GetUtcNow() + left).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);
        File.WriteAllText(Kept(), kept.ToJsonString());
    }
}
