using System.Runtime.Versioning;
using Latchkey.Client.Secrets;
using Latchkey.TestKit;

namespace Latchkey.Client.Tests.Secrets;

/// <summary>Against a real GNOME Keyring.</summary>
[SupportedOSPlatform("linux")]
public sealed class SecretServiceStoreTests(SecretServiceStoreTests.Keyring keyring)
    : SecretStoreContract, IClassFixture<SecretServiceStoreTests.Keyring>
{
    private KeyringSession Session => keyring.Session;

    private protected override ISecretStore Open() => new SecretServiceStore(Session.Address, TimeSpan.FromMinutes(5));

    [Fact]
    public async Task secret_tool_finds_what_we_kept()
    {
        await Open().WriteAsync("for.it", "kept by us", CancellationToken.None);

        (await Session.RunAsync(null, "secret-tool", "lookup", "application", "latchkey", "name", "for.it")).Should().Be("kept by us");
    }

    [Fact]
    public async Task we_find_what_secret_tool_kept()
    {
        await Session.RunAsync("kept by it", "secret-tool", "store", "--label=x", "application", "latchkey", "name", "from.it");

        (await Open().ReadAsync("from.it", CancellationToken.None)).Should().Be("kept by it");
    }

    [Fact]
    public async Task each_replaces_what_the_other_kept()
    {
        string[] attributes = ["application", "latchkey", "name", "both"];
        await Open().WriteAsync("both", "1", CancellationToken.None);
        await Session.RunAsync("2", "secret-tool", ["store", "--label=x", .. attributes]);
        (await Open().ReadAsync("both", CancellationToken.None)).Should().Be("2");

        await Open().WriteAsync("both", "3", CancellationToken.None);
        (await Session.RunAsync(null, "secret-tool", ["lookup", .. attributes])).Should().Be("3");
        (await Items("both")).Should().Be(1);

        await Open().DeleteAsync("both", CancellationToken.None);
        (await Items("both")).Should().Be(0);
    }

    [Fact]
    public async Task what_another_keyring_kept_is_replaced_too()
    {
        string[] attributes = ["application", "latchkey", "name", "moved"];
        await Session.RunAsync("old", "secret-tool", ["store", "--collection=session", "--label=x", .. attributes]);
        (await Open().ReadAsync("moved", CancellationToken.None)).Should().Be("old");

        await Open().WriteAsync("moved", "new", CancellationToken.None);

        (await Open().ReadAsync("moved", CancellationToken.None)).Should().Be("new");
        (await Items("moved")).Should().Be(1);
    }

    private async Task<int> Items(string name)
    {
        var found = await Session.RunAsync(null, "secret-tool", "search", "--all", "application", "latchkey", "name", name);
        return found.Split('\n').Count(line => line.StartsWith("secret = ", StringComparison.Ordinal));
    }

    public sealed class Keyring : IAsyncLifetime
    {
        public KeyringSession Session { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Session = await KeyringSession.NewAsync();

        public ValueTask DisposeAsync() => Session.DisposeAsync();
    }
}
