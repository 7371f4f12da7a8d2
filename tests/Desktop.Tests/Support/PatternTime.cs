using System.Runtime.CompilerServices;

namespace Latchkey.Desktop.Tests.Support;

/// <summary>What <c>Program</c> does first, for tests that don't start it: a pattern that comes to no end gives up.</summary>
internal static class PatternTime
{
    [ModuleInitializer]
    internal static void Bound() => Program.BoundPatterns();
}
