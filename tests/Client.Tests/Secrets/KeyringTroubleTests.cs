using Latchkey.Client.Secrets;
using Latchkey.TestKit;
using Microsoft.Extensions.Time.Testing;

namespace Latchkey.Client.Tests.Secrets;

public sealed class KeyringTroubleTests
{
    private const string Name = "token";
    private const string Value = "sk-ant-proxy-hidden";

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task a_locked_keyring_is_said_to_be_and_keeps_its_secrets()
    {
        await using var session = await KeyringSession.NewAsync();
        var store = new SecretServiceStore(session.Address, time: _time);
        await store.WriteAsync(Name, Value, CancellationToken.None);
        await session.LockAsync();

        await RefusesAsync(store, "The keyring is locked.");

        await session.StopKeyringAsync();
        await session.StartKeyringAsync();
        (await store.ReadAsync(Name, CancellationToken.None)).Should().Be(Value);
    }

    [Fact]
    public async Task a_keyring_that_nobody_made_yet_has_nothing_and_keeps_nothing()
    {
        await using var session = await KeyringSession.NewBusAsync();
        await session.StartLockedKeyringAsync();
        var store = new SecretServiceStore(session.Address, time: _time);

        (await store.ReadAsync(Name, CancellationToken.None)).Should().BeNull();
        await store.DeleteAsync(Name, CancellationToken.None);
        (await RefusalAsync(store, s => s.WriteAsync(Name, Value, CancellationToken.None))).Should().Contain("no default keyring");
    }

    [Fact]
    public async Task a_bus_without_a_keyring_is_said_to_have_none()
    {
        await using var session = await KeyringSession.NewBusAsync();

        await RefusesAsync(new SecretServiceStore(session.Address, time: _time), "No Secret Service runs in this session.");
    }

    [Theory]
    [InlineData("unix:path=/nowhere/bus")]
    [InlineData("unix:nonsense")]
    [InlineData("unix:")]
    public Task a_bus_that_isnt_there_is_said_to_be_away(string address) =>
        RefusesAsync(new SecretServiceStore(address, time: _time), "The session bus can't be reached");

    [Fact]
    public async Task a_keyring_that_says_nothing_is_waited_for_two_seconds()
    {
        await using var session = await KeyringSession.NewAsync();
        await session.FreezeKeyringAsync();

        await WaitsTwoSecondsAsync(session);

        await session.ThawKeyringAsync();
        (await new SecretServiceStore(session.Address, time: _time).ReadAsync(Name, CancellationToken.None)).Should().BeNull();
    }

    [Fact]
    public async Task a_bus_that_says_nothing_is_waited_for_two_seconds()
    {
        await using var session = await KeyringSession.NewAsync();
        await session.FreezeBusAsync();

        await WaitsTwoSecondsAsync(session);

        await session.ThawBusAsync();
    }

    [Fact]
    public async Task who_gives_up_waiting_is_let_go_at_once()
    {
        await using var session = await KeyringSession.NewAsync();
        await session.FreezeKeyringAsync();
        using var caller = new CancellationTokenSource();
        var reading = new SecretServiceStore(session.Address, time: _time).ReadAsync(Name, caller.Token).AsTask();

        await caller.CancelAsync();

        await reading.Awaiting(r => r).Should().ThrowAsync<OperationCanceledException>();
        await session.ThawKeyringAsync();
    }

    [Fact]
    public async Task a_keyring_that_ends_in_mid_call_is_said_to_have()
    {
        await using var session = await KeyringSession.NewAsync();
        await session.FreezeKeyringAsync();
        var reading = new SecretServiceStore(session.Address, TimeSpan.FromMinutes(5)).ReadAsync(Name, CancellationToken.None).AsTask();

        await session.StopKeyringAsync();

        var refusal = await reading.Awaiting(r => r).Should().ThrowAsync<SecretStoreException>();

        // By then the bus has passed the question on, or has nobody to pass it on to.
        refusal.Which.Message.Should().ContainAny("ended or was too slow", "No Secret Service runs");
    }

    private async Task WaitsTwoSecondsAsync(KeyringSession session)
    {
        foreach (var use in Uses)
        {
            var asking = use(new SecretServiceStore(session.Address, time: _time)).AsTask();
            _time.Advance(TimeSpan.FromMilliseconds(1999));
            asking.IsCompleted.Should().BeFalse();
            _time.Advance(TimeSpan.FromMilliseconds(1));
            var refusal = await asking.Awaiting(a => a).Should().ThrowAsync<SecretStoreException>();
            refusal.Which.Message.Should().Contain("didn't answer within 2 s");
            refusal.Which.ToString().Should().NotContain("hidden");
        }
    }

    private static async Task RefusesAsync(ISecretStore store, string because)
    {
        foreach (var use in Uses)
        {
            (await RefusalAsync(store, use)).Should().Contain(because);
        }
    }

    private static async Task<string> RefusalAsync(ISecretStore store, Func<ISecretStore, ValueTask> use)
    {
        var refusal = await store.Awaiting(s => use(s).AsTask()).Should().ThrowAsync<SecretStoreException>();
        refusal.Which.ToString().Should().NotContain("hidden");
        return refusal.Which.Message;
    }

    private static IEnumerable<Func<ISecretStore, ValueTask>> Uses =>
    [
        async store => await store.ReadAsync(Name, CancellationToken.None),
        store => store.WriteAsync(Name, Value, CancellationToken.None),
        store => store.DeleteAsync(Name, CancellationToken.None),
    ];
}
