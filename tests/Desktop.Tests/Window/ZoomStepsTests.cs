using Latchkey.Desktop.Window;

namespace Latchkey.Desktop.Tests.Window;

public class ZoomStepsTests
{
    [Theory]
    [InlineData(1, 1.1)]
    [InlineData(1.1, 1.25)]
    [InlineData(1.2, 1.25)]
    [InlineData(3, 3)]
    [InlineData(0.1, 0.5)]
    public void in_goes_to_the_next_larger_step(double factor, double expected) => ZoomSteps.In(factor).Should().Be(expected);

    [Theory]
    [InlineData(1, 0.9)]
    [InlineData(1.2, 1.1)]
    [InlineData(0.5, 0.5)]
    [InlineData(9, 3)]
    public void out_goes_to_the_next_smaller_step(double factor, double expected) => ZoomSteps.Out(factor).Should().Be(expected);

    [Fact]
    public void a_step_out_takes_back_a_step_in()
    {
        for (var factor = 0.5; factor < 3; factor = ZoomSteps.In(factor))
        {
            ZoomSteps.Out(ZoomSteps.In(factor)).Should().Be(factor);
        }
    }
}
