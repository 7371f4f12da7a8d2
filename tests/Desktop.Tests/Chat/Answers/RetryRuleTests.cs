using System.Net;
using Anthropic.Exceptions;
using Latchkey.Desktop.Chat.Answers;

namespace Latchkey.Desktop.Tests.Chat.Answers;

public class RetryRuleTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(HttpStatusCode.TooManyRequests)]
    [InlineData(HttpStatusCode.InternalServerError)]
    [InlineData((HttpStatusCode)529)]
    public void what_may_pass_is_tried_three_times_with_growing_pauses(HttpStatusCode status)
    {
        var failure = Refused(status);

        Enumerable.Range(1, 3).Select(tries => RetryRule.WaitFor(failure, Headers(), tries))
            .Should().Equal(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3), null);
    }

    [Theory]
    [InlineData(HttpStatusCode.BadRequest)]
    [InlineData(HttpStatusCode.Unauthorized)]
    [InlineData(HttpStatusCode.PaymentRequired)]
    [InlineData(HttpStatusCode.Forbidden)]
    [InlineData(HttpStatusCode.NotFound)]
    [InlineData(HttpStatusCode.RequestEntityTooLarge)]
    public void what_would_fail_again_isnt_tried_again(HttpStatusCode status) =>
        RetryRule.WaitFor(Refused(status), Headers(), 1).Should().BeNull();

    [Fact]
    public void the_other_side_says_when() =>
        RetryRule.WaitFor(Refused(HttpStatusCode.TooManyRequests), Headers(("retry-after", "7")), 1).Should().Be(TimeSpan.FromSeconds(7));

    [Fact]
    public void a_long_wait_is_the_persons_to_decide() =>
        RetryRule.WaitFor(Refused(HttpStatusCode.TooManyRequests), Headers(("retry-after", "60")), 1).Should().BeNull();

    [Fact]
    public void the_other_side_says_whether()
    {
        RetryRule.WaitFor(Refused(HttpStatusCode.TooManyRequests), Headers(("x-should-retry", "false")), 1).Should().BeNull();
        RetryRule.WaitFor(Refused(HttpStatusCode.Conflict), Headers(("x-should-retry", "true")), 1).Should().Be(TimeSpan.FromSeconds(1));
    }

    [Theory]
    [InlineData("retry-after", "7", 7)]
    [InlineData("retry-after", "Wed, 25 Nov 2026 12:00:30 GMT", 30)]
    [InlineData("retry-after", "Wed, 25 Nov 2026 11:00:00 GMT", 0)]
    [InlineData("retry-after-ms", "1500", 1.5)]
    public void a_wait_is_read(string name, string value, double seconds) =>
        Headers((name, value)).After.Should().Be(TimeSpan.FromSeconds(seconds));

    [Theory]
    [InlineData("retry-after", "soon")]
    [InlineData("retry-after-ms", "-1")]
    [InlineData("retry-after-ms", "NaN")]
    public void nonsense_is_no_wait(string name, string value) => Headers((name, value)).After.Should().BeNull();

    private static AnthropicApiException Refused(HttpStatusCode status) =>
        AnthropicExceptionFactory.CreateApiException(status, """{"type":"error","error":{"type":"api_error","message":"no"}}""");

    private static RetryHeaders Headers(params (string Name, string Value)[] values)
    {
        using var response = new HttpResponseMessage();
        foreach (var (name, value) in values)
        {
            response.Headers.TryAddWithoutValidation(name, value);
        }

        var headers = new RetryHeaders();
        headers.Read(response, Now);
        return headers;
    }
}
