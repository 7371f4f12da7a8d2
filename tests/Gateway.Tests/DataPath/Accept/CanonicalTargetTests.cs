using Latchkey.Gateway.DataPath.Accept;

namespace Latchkey.Gateway.Tests.DataPath.Accept;

public class CanonicalTargetTests
{
    [Theory]
    [InlineData("/")]
    [InlineData("/v1/messages")]
    [InlineData("/v1/messages?beta=true")]
    [InlineData("/v1/messages?")]
    [InlineData("/v1/models/claude-opus-5-5")]
    [InlineData("/v1/messages/batches/msgbatch_01HkcTjaV5uDC8jWR4ZsDV8d/results")]
    [InlineData("/admin/usage?device_id=a%20b")]
    [InlineData("/admin/usage?q=%2e%2e%2f;\\..//%zz")]
    [InlineData("/admin/devices/a%20b%40c%3Ad")]
    [InlineData("/.well-known/jwks.json")]
    [InlineData("/v1/a..b/...")]
    [InlineData("/Latchkey.Gateway.styles.css")]
    [InlineData("/v1/~user/a-b_c.d")]
    // Kestrel ends the path at the question mark: what looks like a path behind it is a parameter.
    [InlineData("/health?/../admin")]
    public void a_target_with_one_reading_passes(string target)
    {
        CanonicalTarget.IsCanonical(target, out var reason).Should().BeTrue(target);
        reason.Should().BeEmpty();
    }

    [Theory]
    [InlineData("/v1/messages/../admin")]
    [InlineData("/v1/messages/../../admin")]
    [InlineData("/v1/messages/%2e%2e/admin")]
    [InlineData("/v1/messages/%2e%2e/%2E%2E/admin")]
    [InlineData("/v1/messages/..%2fadmin")]
    [InlineData("/v1/messages/..%2Fadmin")]
    [InlineData("/%2fadmin")]
    [InlineData("%2fadmin")]
    [InlineData("//admin")]
    [InlineData("/./admin")]
    [InlineData("/admin/")]
    [InlineData("/ADMIN")]
    [InlineData("/Admin/usage")]
    [InlineData("/%61dmin")]
    [InlineData("/admin;x")]
    [InlineData("/health/..;/admin")]
    [InlineData("/admin%00")]
    [InlineData("/health\\..\\admin")]
    [InlineData("/health%5c..%5cadmin")]
    [InlineData("/health%5C..%5Cadmin")]
    [InlineData("/health/%c0%ae%c0%ae/admin")]
    [InlineData("/health/%252e%252e/admin")]
    [InlineData("/health/\uFF0E\uFF0E/admin")]
    [InlineData("/health/%ef%bc%8e%ef%bc%8e/admin")]
    [InlineData("/health#/../admin")]
    public void the_corpus_of_path_tricks_is_refused(string target) => ShouldBeRefused(target);

    [Theory]
    [InlineData("")]
    [InlineData("*")]
    [InlineData("admin")]
    [InlineData("http://localhost:3001/admin")]
    [InlineData("https://evil.example/v1/messages")]
    [InlineData("evil.example:443")]
    [InlineData("?a=b")]
    [InlineData("/..")]
    [InlineData("/.")]
    [InlineData("/a/..?b")]
    [InlineData("/v1//messages")]
    [InlineData("/v1/messages//")]
    [InlineData("/%")]
    [InlineData("/a%2")]
    [InlineData("/a%zz")]
    [InlineData("/a%2g")]
    [InlineData("/a%20%2f")]
    [InlineData("/a%7e")]
    [InlineData("/a%5F")]
    [InlineData("/a%2D")]
    [InlineData("/a%30")]
    [InlineData("/a%0a")]
    [InlineData("/a%7f")]
    [InlineData("/a%3b")]
    [InlineData("/a%23")]
    [InlineData("/a%3f")]
    [InlineData("/a%c3%a9")]
    [InlineData("/a b")]
    [InlineData("/a\tb")]
    [InlineData("/a\0b")]
    [InlineData("/a\r\nb")]
    [InlineData("/a\u007fb")]
    [InlineData("/é")]
    [InlineData("/a?b=é")]
    [InlineData("/a?b=c d")]
    [InlineData("/a?b=\u0001")]
    [InlineData("/a?b#c")]
    public void a_target_with_two_readings_is_refused(string target) => ShouldBeRefused(target);

    [Fact]
    public void a_query_has_at_most_4096_characters()
    {
        CanonicalTarget.IsCanonical("/a?" + new string('q', 4096), out _).Should().BeTrue();
        ShouldBeRefused("/a?" + new string('q', 4097));
    }

    private static void ShouldBeRefused(string target)
    {
        CanonicalTarget.IsCanonical(target, out var reason).Should().BeFalse(target);
        reason.Should().NotBeEmpty();
    }
}
