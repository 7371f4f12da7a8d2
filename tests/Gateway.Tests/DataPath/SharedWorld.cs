using Latchkey.TestKit;

namespace Latchkey.Gateway.Tests.DataPath;

/// <summary>One gateway and Simulator for the tests of a class that leave no trace for each other; its breakers never open.</summary>
public sealed class SharedWorld : IAsyncLifetime
{
    public TestGateway Gateway { get; private set; } = null!;

    public string Token { get; private set; } = "";

    /// <summary>Settings under which no number of failures opens a breaker.</summary>
    public static IReadOnlyList<(string Key, string Value)> PatientBreakers { get; } =
    [
        ("Latchkey:Breaker:FailuresToOpen", "1000"),
        ("Latchkey:Breaker:OverloadMinimumCalls", "100000"),
    ];

    public async ValueTask InitializeAsync()
    {
        Gateway = await TestGateway.StartAsync([.. PatientBreakers, ("Latchkey:Accept:MaxPayloadSize", "33554432")]);
        Token = await Gateway.TokenAsync();
    }

    public ValueTask DisposeAsync() => Gateway.DisposeAsync();
}
