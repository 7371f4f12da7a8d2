using System.Text.Json;
using Latchkey.Gateway.DataPath.Forward;

namespace Latchkey.Gateway.Tests.DataPath.Forward;

public class UpstreamKeyTests
{
    private const string Secret = "sk-ant-api03-very-secret";

    [Fact]
    public void it_never_prints_itself()
    {
        var key = new UpstreamKey(Secret);

        $"{key}".Should().Be("UpstreamKey(hidden)");
        JsonSerializer.Serialize(key).Should().NotContain("secret");
        key.Reveal().Should().Be(Secret);
    }

    [Fact]
    public void its_fingerprint_is_the_start_of_its_sha256()
    {
        new UpstreamKey("abc").Fingerprint.Should().Be("ba7816bf");
    }
}
