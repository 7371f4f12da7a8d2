using Latchkey.Client;
using Latchkey.Desktop.Status;

namespace Latchkey.Desktop.Tests.Status;

public class StatusWordsTests
{
    [Theory]
    [InlineData(LatchkeyState.Ready, true, "good", "Proxy is healthy and ready", "Ready")]
    [InlineData(LatchkeyState.Bootstrapping, false, "busy", "Connecting", "Connecting")]
    [InlineData(LatchkeyState.Refreshing, true, "busy", "Renewing", "Renewing")]
    [InlineData(LatchkeyState.Degraded, false, "bad", "No connection", "No connection")]
    [InlineData(LatchkeyState.Direct, true, "aside", "Past the gateway", "Past the gateway")]
    [InlineData(LatchkeyState.Disabled, true, "aside", "Your own key", "Your own key")]
    [InlineData(LatchkeyState.Disabled, false, "bad", "Not set up", "Not set up")]
    public void every_state_has_a_tone_and_words(LatchkeyState state, bool hasWay, string tone, string chip, string @short)
    {
        var status = new LatchkeyStatus
        {
            State = state,
            Message = state == LatchkeyState.Ready ? "Proxy is healthy and ready" : "Something longer",
            Since = DateTimeOffset.UnixEpoch,
            BaseUrl = hasWay ? new Uri("http://127.0.0.1:3001") : null,
        };

        StatusWords.ToneOf(status).Should().Be(tone);
        StatusWords.ChipOf(status).Should().Be(chip);
        StatusWords.ShortOf(status).Should().Be(@short);
    }

    [Theory]
    [InlineData(-5, "0 seconds")]
    [InlineData(1, "1 second")]
    [InlineData(89, "89 seconds")]
    [InlineData(600, "10 minutes")]
    [InlineData(7200, "2 hours")]
    [InlineData(600000, "7 days")]
    public void a_span_is_told_in_words(int seconds, string words) => StatusWords.Span(TimeSpan.FromSeconds(seconds)).Should().Be(words);
}
