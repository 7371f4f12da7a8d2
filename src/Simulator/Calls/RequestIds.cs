using System.Globalization;
using System.Security.Cryptography;

namespace Latchkey.Simulator.Calls;

/// <summary>Ids such as <c>req_…</c>, unique across simulators and in order within one.</summary>
internal sealed class RequestIds
{
    private readonly string _run = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));
    private long _count;

    /// <param name="prefix">With its underscore, such as <c>req_</c>.</param>
    public string Next(string prefix) =>
        string.Create(CultureInfo.InvariantCulture, $"{prefix}01{_run}{Interlocked.Increment(ref _count):x10}");
}
