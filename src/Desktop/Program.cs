namespace Latchkey.Desktop;

internal static class Program
{
    private static void Main() { }
}
