using System.Net;
using Latchkey.Gateway.Configuration;
using Latchkey.Gateway.Tokens;
using Latchkey.Gateway.Tokens.SigningKeys;
using Latchkey.TestKit;

namespace Latchkey.Gateway.Tests.Tokens;

public class SigningSecretTests
{
    [Theory]
    [InlineData("short")]
    [InlineData("thirty-one bytes, one too few!!")]
    public void a_short_secret_is_refused_and_not_printed(string secret)
    {
        var make = () => new SigningKeyRing(secret);

        make.Should().Throw<SettingException>().Which.Message.Should().Contain("JWT_SECRET").And.NotContain(secret);
    }

    [Fact]
    public void production_needs_a_secret()
    {
        var secret = () => TokensRoom.SecretOf("", development: false, kept: "kept", keep: _ => { });

        secret.Should().Throw<SettingException>().Which.Message.Should().Contain("JWT_SECRET");
    }

    [Fact]
    public void a_configured_secret_is_not_kept()
    {
        var secret = TokensRoom.SecretOf("configured", development: true, kept: "kept", keep: _ => throw new InvalidOperationException());

        secret.Should().Be("configured");
    }

    [Fact]
    public async Task a_generated_secret_outlives_a_restart_and_is_the_owners_alone()
    {
        var folder = Directory.CreateTempSubdirectory("latchkey-test-").FullName;
        string token;
        await using (var first = await TestGateway.StartAsync(dataDirectory: folder))
        {
            token = await first.TokenAsync();
        }

        await using (var second = await TestGateway.StartAsync(dataDirectory: folder))
        {
            using var response = await second.Http.SendAsync(TestGateway.Call(token, "/v1/models"));

            response.StatusCode.Should().Be(HttpStatusCode.OK);
            second.Logs.Text.Should().NotContain(await File.ReadAllTextAsync(Path.Combine(folder, "jwt.secret")));
        }

        ShouldBeOwnersAlone(Path.Combine(folder, "jwt.secret"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task a_fresh_data_folder_is_the_owners_alone()
    {
        var parent = Directory.CreateTempSubdirectory("latchkey-test-").FullName;
        var folder = Path.Combine(parent, "data");
        await using (await TestGateway.StartAsync(dataDirectory: folder))
        {
            ShouldBeOwnersAlone(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        Directory.Delete(parent, recursive: true);
    }

    [Fact]
    public async Task another_gateways_token_is_not_ours()
    {
        await using var one = await TestGateway.StartAsync();
        await using var two = await TestGateway.StartAsync();

        using var response = await two.Http.SendAsync(TestGateway.Call(await one.TokenAsync(), "/v1/models"));

        response.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
    }

    private static void ShouldBeOwnersAlone(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(path).Should().Be(mode);
        }
    }
}
