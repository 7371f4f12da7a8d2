using Bunit;
using Latchkey.Desktop.Chat.Answers;
using Latchkey.Desktop.Chat.Conversations;
using Latchkey.Desktop.Chat.Views;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Latchkey.Desktop.Tests.Chat.Views;

public sealed class AnswerEndingTests : BunitContext
{
    private static readonly DateTimeOffset Now = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new(Now);

    public AnswerEndingTests() => Services.AddSingleton<TimeProvider>(_time);

    [Theory]
    [InlineData(MessageState.Stopped, null, "You stopped this answer.")]
    [InlineData(MessageState.Interrupted, null, "The app ended before this answer did.")]
    [InlineData(MessageState.Complete, "refusal", "Claude declined to go on here.")]
    [InlineData(MessageState.Complete, "max_tokens", "This is as long as one answer can be.")]
    [InlineData(MessageState.Complete, "model_context_window_exceeded", "The conversation is as long as the model can read.")]
    [InlineData(MessageState.Complete, "something_new", "The answer ended early (something_new).")]
    public void why_an_answer_ended_is_said(MessageState state, string? reason, string words) =>
        Show(Answer(state) with { StopReason = reason }).Find(".note").TextContent.Trim().Should().StartWith(words);

    [Theory]
    [InlineData("end_turn")]
    [InlineData("stop_sequence")]
    [InlineData(null)]
    public void a_usual_end_needs_no_words(string? reason) =>
        Show(Answer(MessageState.Complete) with { StopReason = reason }).FindAll(".note").Should().BeEmpty();

    [Fact]
    public void an_answer_that_was_too_long_can_go_on()
    {
        var continued = false;
        var ending = Show(Answer(MessageState.Complete) with { StopReason = "max_tokens" }, onContinue: () => continued = true);

        ending.FindAll("button").Single(b => b.TextContent == "Continue").Click();

        continued.Should().BeTrue();
    }

    [Fact]
    public void a_failure_says_what_to_do_when_and_whom_to_name_it()
    {
        var ending = Show(Answer(MessageState.Failed) with { Trouble = new Trouble("Too much.", "Wait.", Now.AddSeconds(40), "req_1") });

        ending.Find(".note").TextContent.Should().Contain("Too much.").And.Contain("Wait.").And.Contain("You can try again at ")
            .And.Contain("Request req_1");
        ending.FindAll("button").Select(b => b.TextContent).Should().Equal("Try again", "Copy");
    }

    [Fact]
    public void a_wait_that_is_over_is_over()
    {
        _time.Advance(TimeSpan.FromMinutes(1));

        Show(Answer(MessageState.Failed) with { Trouble = new Trouble("Too much.", RetryAt: Now.AddSeconds(40)) })
            .Find(".note").TextContent.Should().Contain("You can try again now.");
    }

    [Fact]
    public void only_the_last_answer_is_asked_for_again() =>
        Show(Answer(MessageState.Complete), isLast: false).FindAll("button").Select(b => b.TextContent).Should().Equal("Copy");

    [Fact]
    public void the_model_and_its_tokens_are_named() =>
        Show(Answer(MessageState.Complete) with { Model = "claude-sonnet-4-5-20250929", OutputTokens = 1234 })
            .Find(".ending .soft").TextContent.Should().Be("Claude Sonnet 4.5 · 1,234 tokens");

    private static Message Answer(MessageState state) => new()
    {
        Id = 2,
        ConversationId = 1,
        Speaker = Speaker.Claude,
        Text = "words",
        State = state,
        CreatedAt = Now,
    };

    private IRenderedComponent<AnswerEnding> Show(Message message, bool isLast = true, Action? onContinue = null) =>
        Render<AnswerEnding>(p => p
            .Add(e => e.Message, message)
            .Add(e => e.IsLast, isLast)
            .Add(e => e.OnContinue, onContinue ?? (() => { })));
}
