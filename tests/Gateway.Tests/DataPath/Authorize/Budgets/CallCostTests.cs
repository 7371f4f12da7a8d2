using System.Text;
using Latchkey.Claude;
using Latchkey.Gateway.DataPath.Accept;
using Latchkey.Gateway.DataPath.Authorize.Budgets;

namespace Latchkey.Gateway.Tests.DataPath.Authorize.Budgets;

public class CallCostTests
{
    private const string Opus = "claude-opus-5-5";

    // By the price book, with the surcharge for inference in the US: nano-dollars a token.
    private const long Input = 4_400;
    private const long HourlyWrite = 8_800;
    private const long Output = 22_000;
    private const int Overhead = 1_000;

    [Fact]
    public void a_plain_prompt_is_bounded_by_its_bytes()
    {
        var body = Encoding.UTF8.GetBytes("""{"messages":[{"role":"user","content":"Hello"}]}""");

        Cost(body).Amounts().Should().Be(new BudgetAmounts(((body.Length + Overhead) * Input) + (8_000 * Output), ((body.Length + Overhead) * Input) + (500 * Output)));
    }

    [Theory]
    [InlineData("""{"cache_control":{"type":"ephemeral"}}""", HourlyWrite)]
    [InlineData("""{"text":"cache"}""", Input)]
    public void what_may_be_written_to_the_cache_is_reckoned_at_its_dearest(string json, long rate)
    {
        var body = Encoding.UTF8.GetBytes(json);

        Cost(body).Amounts().Begun.Should().Be(((body.Length + Overhead) * rate) + (500 * Output));
    }

    [Theory]
    [InlineData("""{"type":"image","source":{"type":"url","url":"https://example.com/a.png"}}""")]
    [InlineData("""{"type": "document"}""")]
    [InlineData("""{"file_id":"file_1"}""")]
    [InlineData("""{"type":"\u0069mage"}""")]
    public void what_bytes_dont_bound_is_the_largest_prompt_until_it_is_counted(string json)
    {
        var cost = Cost(Encoding.UTF8.GetBytes(json));
        cost.Amounts().Begun.Should().BeGreaterThanOrEqualTo((1_000_000 * Input) + (500 * Output));

        cost.CountedInput(5_000);

        cost.Amounts().Begun.Should().BeLessThan((5_300 * HourlyWrite) + (8_000 * Output));
    }

    [Theory]
    [InlineData("""{"mcp_servers":[]}""", true)]
    [InlineData("""{"context_management":{"edits":[{"type":"compact_20260112"}]}}""", true)]
    [InlineData("""{"text":"a \"compact_20260112\" edit"}""", false)]
    [InlineData("""{"text":"plain"}""", false)]
    public void turns_that_claude_takes_by_itself_are_reckoned_in_full(string json, bool loops)
    {
        Cost(Encoding.UTF8.GetBytes(json)).Loops.Should().Be(loops);
    }

    [Theory]
    [InlineData("""{"thinking":{"type":"adaptive"}}""", null, 8_000)]
    [InlineData("""{"thinking":{"type":"adaptive"}}""", "a-1,thinking-token-count-2026-05-13", 500)]
    [InlineData("""{"text":"plain"}""", null, 500)]
    public void output_that_wouldnt_show_is_held_in_full(string json, string? betas, long held)
    {
        Cost(Encoding.UTF8.GetBytes(json), betas: betas).HeldOutputTokens.Should().Be(held);
    }

    [Fact]
    public void an_answer_in_one_piece_is_held_in_full() =>
        Cost("{}"u8.ToArray(), stream: false).HeldOutputTokens.Should().Be(8_000);

    [Fact]
    public void every_model_that_may_be_billed_is_held_for()
    {
        var one = Cost("{}"u8.ToArray()).Amounts();
        var two = Cost("{}"u8.ToArray(), models: [Opus, "claude-haiku-5-5"]).Amounts();
        var unknown = Cost("{}"u8.ToArray(), models: ["claude-opus-99"]).Amounts();
        var any = Cost("{}"u8.ToArray(), fallbacksDefault: true).Amounts();

        two.Full.Should().BeGreaterThan(one.Full);
        unknown.Full.Should().BeGreaterThan(one.Full, "an unknown model is never cheaper than its family");
        any.Full.Should().BeGreaterThan(2 * one.Full, "the API may pick the dearest");
    }

    [Fact]
    public void once_the_answer_says_its_input_only_the_output_is_uncertain()
    {
        var cost = Cost(new byte[50_000]);

        cost.BeganWith(new Usage { InputTokens = 10, CacheReadInputTokens = 12_000, OutputTokens = 1 }, Opus);

        var input = (10 * 4_000) + (12_000 * 200);
        cost.Amounts().Should().Be(new BudgetAmounts(input + (8_000 * 20_000), input + (500 * 20_000)));
    }

    [Fact]
    public void half_a_slice_is_always_held_ahead()
    {
        var cost = Cost("{}"u8.ToArray());
        cost.NeedsMore(250).Should().BeFalse();
        cost.NeedsMore(251).Should().BeTrue();
        cost.WithMore(251).HeldOutputTokens.Should().Be(1_000);
        cost.WithMore(5_000).HeldOutputTokens.Should().Be(5_500, "a piece may bring many tokens at once");
        cost.WithMore(100_000).HeldOutputTokens.Should().Be(8_000, "no answer is longer than it was asked to be");

        cost.Holds(8_000);
        cost.NeedsMore(9_000).Should().BeFalse();
        cost.IsUsedUp(499).Should().BeFalse();
    }

    private static CallCost Cost(
        byte[] body, bool stream = true, string? betas = null, IReadOnlyList<string>? models = null, bool fallbacksDefault = false) => CallCost.Of(
            PriceBook.Default,
            new PeekedBody
            {
                Model = (models ?? [Opus])[0],
                Stream = stream,
                MaxTokens = 8_000,
                OutputTokenCeiling = 8_000,
                BilledModels = models ?? [Opus],
                FallbacksDefault = fallbacksDefault,
            },
            body,
            betas,
            slice: 500);
}
