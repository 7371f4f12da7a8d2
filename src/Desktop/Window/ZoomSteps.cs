namespace Latchkey.Desktop.Window;

/// <summary>How far Ctrl + and Ctrl − go: the steps that browsers have, 50 % to 300 %.</summary>
internal static class ZoomSteps
{
    private static readonly double[] Steps = [0.5, 0.67, 0.75, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2, 2.5, 3];

    public static double In(double factor) => Steps.FirstOrDefault(step => step > factor + 0.001, Steps[^1]);

    public static double Out(double factor) => Steps.LastOrDefault(step => step < factor - 0.001, Steps[0]);
}
