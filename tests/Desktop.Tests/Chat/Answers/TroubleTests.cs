using Latchkey.Client;
using Latchkey.Desktop.Chat.Answers;
using Latchkey.Desktop.Chat.Conversations;
using Latchkey.Desktop.Tests.Support;
using Latchkey.EndToEnd.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Latchkey.Desktop.Tests.Chat.Answers;

/// <summary>What the person reads when an answer fails, from a real gateway with something wrong behind it.</summary>
public sealed class TroubleTests : IAsyncLifetime
{
    // One for each test: a gateway remembers what its upstream did.
    private readonly World _world = new();

    public ValueTask InitializeAsync() => _world.InitializeAsync();

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Theory]
    [InlineData("status=400 message=\"max_tokens: too many\"", "The request wasn't accepted.", "max_tokens: too many")]
    [InlineData("status=400 message=\"prompt is too long: 250000 tokens > 200000 maximum\"",
        "This conversation is longer than the model can read.", "Begin a new one")]
    [InlineData("status=404 message=\"model: claude-x\"", "The model isn't available here.", "model: claude-x")]
    [InlineData("status=413 message=\"Request too large\"", "This is more than can be sent at once.", "Request too large")]
    [InlineData("status=402 error-type=billing_error message=\"Your credit balance is too low\"", "There is no credit left.",
        "credit balance")]
    [InlineData("status=429 retry-after=40 message=\"slow\"", "There were too many requests in a short time.", null)]
    [InlineData("status=500 x-should-retry=false message=\"Internal server error\"", "Something went wrong behind the gateway.",
        "Internal server error")]
    [InlineData("status=504 x-should-retry=false", "Claude didn't answer in time.", null)]
    [InlineData("status=529 retry-after=30 message=\"Overloaded\"", "Claude is overloaded at the moment.", null)]
    [InlineData("error=overloaded_error,4", "Claude became overloaded in the middle of the answer.", null)]
    [InlineData("cut=4", "The answer broke off.", null)]
    [InlineData("garbage", "The answer can't be read.", null)]
    [InlineData("reset=4", "The answer broke off.", null)]
    public async Task in_plain_words(string directives, string what, string? advice)
    {
        _world.Does(directives);
        await using var app = await DesktopApp.StartAsync(_world.Address);

        var answer = await AskAsync(app);

        answer.State.Should().Be(MessageState.Failed);
        answer.Trouble!.What.Should().Be(what);
        $"Advice: {answer.Trouble.Advice}".Should().Contain($"{advice ?? "Advice"}");
    }

    [Fact]
    public async Task a_limit_says_when_again()
    {
        _world.Does("status=429 retry-after=45");
        await using var app = await DesktopApp.StartAsync(_world.Address);

        var answer = await AskAsync(app);

        (answer.Trouble!.RetryAt - answer.CreatedAt)!.Value.TotalSeconds.Should().BeInRange(44, 60);
        answer.Trouble.RequestId.Should().NotBeNullOrEmpty();
    }

    [Fact]
    public async Task a_model_that_is_not_allowed_is_refused_in_the_gateways_own_words()
    {
        await using var app = await DesktopApp.StartAsync(_world.Address);

        var answer = await AskAsync(app, model: "gpt-5");

        answer.Trouble!.What.Should().Be("Model 'gpt-5' is not allowed here. Allowed: claude-*.");
    }

    [Fact]
    public async Task a_moment_of_trouble_passes_by_itself()
    {
        _world.Does("status=529 retry-after-ms=10", times: 2);
        await using var app = await DesktopApp.StartAsync(_world.Address);

        var answer = await AskAsync(app);

        answer.State.Should().Be(MessageState.Complete);
        answer.Text.Should().StartWith("Hello from the simulator");
    }

    [Fact]
    public async Task what_came_before_the_break_is_kept()
    {
        _world.Does("events=20 cut=8");
        await using var app = await DesktopApp.StartAsync(_world.Address);

        var answer = await AskAsync(app);

        answer.State.Should().Be(MessageState.Failed);
        answer.Text.Should().NotBeEmpty();
        answer.OutputTokens.Should().BeNull("nobody said what it was worth in the end");
    }

    [Theory]
    [InlineData("refusal")]
    [InlineData("max_tokens")]
    public async Task why_claude_stopped_is_kept(string reason)
    {
        _world.Does($"stop-reason={reason}");
        await using var app = await DesktopApp.StartAsync(_world.Address);

        var answer = await AskAsync(app);

        answer.Should().Match<Message>(m => m.State == MessageState.Complete && m.StopReason == reason);
    }

    [Theory]
    [InlineData("content=thinking,text,tool_use,web_search,text")]
    [InlineData("random=7")]
    [InlineData("pings=5 chunking=byte")]
    public async Task what_isnt_text_or_isnt_known_breaks_nothing(string directives)
    {
        _world.Does(directives);
        await using var app = await DesktopApp.StartAsync(_world.Address);

        (await AskAsync(app)).State.Should().Be(MessageState.Complete);
    }

    [Fact]
    public async Task without_any_way_the_app_says_what_to_do()
    {
        await using var app = await DesktopApp.StartAsync(gateway: null);

        var answer = await AskAsync(app);

        answer.Trouble!.What.Should().Be("No gateway is configured, and there is no key of your own.");
        answer.Trouble.Advice.Should().Contain("PROXY_BOOTSTRAP_URL");
    }

    [Fact]
    public async Task no_question_answer_or_token_is_logged()
    {
        _world.Says("the answer of answers");
        await using var app = await DesktopApp.StartAsync(_world.Address);
        await AskAsync(app, "the question of questions");
        _world.Does("status=400 message=\"words of the other side\"");
        await AskAsync(app, "another question");

        app.Logs.Lines.Should().NotBeEmpty();
        app.Logs.Text.Should().NotContainAny("question", "answer of answers", "words of the other side", "sk-ant-", "eyJ", "code=");
    }

    private static async Task<Message> AskAsync(DesktopApp app, string question = "Hello", string? model = null)
    {
        var desk = app.Services.GetRequiredService<AnswerDesk>();
        var latchkey = app.Services.GetRequiredService<LatchkeyClient>();
        await Eventually.TrueAsync(() => latchkey.Status.State is not LatchkeyState.Bootstrapping, "a state is known");
        var conversation = desk.Ask(null, question, model)!.Value;
        await Eventually.TrueAsync(() => !desk.IsAnswering(conversation), "the answer ends");
        return app.Services.GetRequiredService<ConversationStore>().Messages(conversation)[^1];
    }
}
