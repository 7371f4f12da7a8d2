using Latchkey.Simulator.Bookkeeping;
using Latchkey.Simulator.Tokens;

namespace Latchkey.Simulator.Tests.Tokens;

public class ChargeTests
{
    [Fact]
    public void message_steps_alone_leave_the_bill_to_the_top_level()
    {
        var usage = new UsageFigures
        {
            InputTokens = 10,
            OutputTokens = 20,
            CacheCreationInputTokens = 7,
            Ephemeral1hInputTokens = 3,
            Iterations = [new UsageIteration("message", null) { InputTokens = 99 }],
        };

        var (model, sums) = TokenSums.Charged(usage, "serving", "asked").Single();

        model.Should().Be("serving");
        sums.Should().Be(new TokenSums { Messages = 1, InputTokens = 10, OutputTokens = 20, CacheCreation5mTokens = 4, CacheCreation1hTokens = 3 });
    }

    [Fact]
    public void compaction_and_advice_come_on_top_each_at_its_own_model()
    {
        var usage = new UsageFigures
        {
            InputTokens = 10,
            OutputTokens = 20,
            Iterations =
            [
                new UsageIteration("compaction", null) { InputTokens = 300, OutputTokens = 8 },
                new UsageIteration("message", null) { InputTokens = 10, OutputTokens = 20 },
                new UsageIteration("advisor_message", "advisor") { InputTokens = 40, OutputTokens = 12 },
            ],
        };

        var charged = TokenSums.Charged(usage, "asked", "asked").ToList();

        charged.Where(c => c.Model == "asked").Sum(c => c.Sums.InputTokens).Should().Be(310);
        charged.Where(c => c.Model == "asked").Sum(c => c.Sums.OutputTokens).Should().Be(28);
        charged.Single(c => c.Model == "advisor").Sums.OutputTokens.Should().Be(12);
        charged.Sum(c => c.Sums.Messages).Should().Be(1);
    }

    [Fact]
    public void a_step_declined_before_any_output_costs_nothing()
    {
        var usage = new UsageFigures
        {
            Iterations =
            [
                new UsageIteration("message", "asked") { InputTokens = 10 },
                new UsageIteration("fallback_message", "other") { InputTokens = 10, OutputTokens = 5 },
            ],
        };

        TokenSums.Charged(usage, "other", "asked").Where(c => c.Model == "asked").Should().BeEmpty();
    }
}
