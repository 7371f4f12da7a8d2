using System.Text.Json;
using Latchkey.TestKit;

namespace Latchkey.Desktop.Tests.Support;

/// <summary>A gateway with a Simulator behind it, for the tests of one class.</summary>
public sealed class World : IAsyncLifetime
{
    private TestGateway _gateway = null!;

    public Uri Address => _gateway.Address;

    public TestGateway Gateway => _gateway;

    public async ValueTask InitializeAsync() => _gateway = await TestGateway.StartAsync();

    /// <summary>What Claude answers from now on.</summary>
    /// <param name="text">Every answer's text.</param>
    /// <param name="how">Directives, such as <c>event-delay=50</c>.</param>
    public void Says(string text, string how = "") => Does($"text={JsonSerializer.Serialize(text)} {how}");

    /// <summary>An answer of words that comes to no end before somebody stops it.</summary>
    public void SaysOnAndOn(string first = "") =>
        Says(first + string.Concat(Enumerable.Range(1, 20_000).Select(i => $"word{i} {(i % 10 == 0 ? "\n\n" : "")}")), "event-delay=40");

    /// <summary>What happens to calls for answers from now on.</summary>
    public void Does(string directives, int? times = null) => _gateway.Scenarios.Set(directives, times, path: "/v1/messages");

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();
}
