using System.Runtime.Versioning;
using Latchkey.Client.Secrets;
using Latchkey.TestKit;
using Microsoft.Extensions.Time.Testing;

namespace Latchkey.Client.Tests.Secrets;

[SupportedOSPlatform("linux")]
public sealed class SecretStoresTests : IDisposable
{
    private const string Name = "token";

    private static readonly string[] Lookup = ["lookup", "application", "latchkey", "name", Name];

    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("latchkey-home-");
    private readonly FakeTimeProvider _time = new();

    private string Folder => Path.Combine(_home.FullName, "secrets");

    private string TokenFile => Path.Combine(Folder, "token.secret");

    public void Dispose() => _home.Delete(recursive: true);

    [Fact]
    public async Task auto_keeps_it_in_the_keyring_and_in_a_file_while_that_is_away()
    {
        await using var session = await KeyringSession.NewAsync();
        await Open(SecretStoreChoice.Auto, session.Address).WriteAsync(Name, "1", CancellationToken.None);
        Directory.Exists(Folder).Should().BeFalse();
        (await session.RunAsync(null, "secret-tool", Lookup)).Should().Be("1");

        await session.StopKeyringAsync();
        var store = Open(SecretStoreChoice.Auto, session.Address);
        (await store.ReadAsync(Name, CancellationToken.None)).Should().BeNull();
        await store.WriteAsync(Name, "2", CancellationToken.None);
        (await File.ReadAllTextAsync(TokenFile)).Should().Be("2");
        store.Description.Should().StartWith($"files in {Folder} (No Secret Service runs in this session.");

        await session.StartKeyringAsync();
        store = Open(SecretStoreChoice.Auto, session.Address);
        (await store.ReadAsync(Name, CancellationToken.None)).Should().Be("2");
        await store.WriteAsync(Name, "3", CancellationToken.None);
        File.Exists(TokenFile).Should().BeFalse();
        (await session.RunAsync(null, "secret-tool", Lookup)).Should().Be("3");
        store.Description.Should().Be($"Secret Service, else files in {Folder}");
    }

    [Fact]
    public async Task auto_keeps_it_in_a_file_while_the_keyring_is_locked()
    {
        await using var session = await KeyringSession.NewAsync();
        var store = Open(SecretStoreChoice.Auto, session.Address);
        await store.WriteAsync(Name, "1", CancellationToken.None);
        await session.LockAsync();

        await store.WriteAsync(Name, "2", CancellationToken.None);

        (await store.ReadAsync(Name, CancellationToken.None)).Should().Be("2");
        store.Description.Should().Contain("The keyring is locked.");
    }

    [Fact]
    public async Task auto_gives_a_keyring_that_says_nothing_two_seconds_and_goes_to_files()
    {
        await using var session = await KeyringSession.NewAsync();
        await session.FreezeKeyringAsync();
        var store = Open(SecretStoreChoice.Auto, session.Address);

        var writing = store.WriteAsync(Name, "1", CancellationToken.None).AsTask();
        _time.Advance(TimeSpan.FromSeconds(2));
        await writing;

        (await File.ReadAllTextAsync(TokenFile)).Should().Be("1");
        (await store.ReadAsync(Name, CancellationToken.None)).Should().Be("1");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("autolaunch:")]
    [InlineData("disabled:")]
    [InlineData("tcp:host=localhost,port=1")]
    public async Task without_a_bus_auto_means_files_and_system_an_error(string? address)
    {
        var store = Open(SecretStoreChoice.Auto, address);
        await store.WriteAsync(Name, "1", CancellationToken.None);

        (await File.ReadAllTextAsync(TokenFile)).Should().Be("1");
        (await store.ReadAsync(Name, CancellationToken.None)).Should().Be("1");
        store.Description.Should().Be($"files in {Folder}");
        this.Invoking(t => t.Open(SecretStoreChoice.System, address))
            .Should().Throw<SecretStoreException>().WithMessage("*LATCHKEY_STORE=file*");
    }

    [Fact]
    public async Task system_is_the_keyring_or_nothing()
    {
        await using var session = await KeyringSession.NewAsync();
        var store = Open(SecretStoreChoice.System, session.Address);
        await store.WriteAsync(Name, "1", CancellationToken.None);
        (await session.RunAsync(null, "secret-tool", Lookup)).Should().Be("1");

        await session.StopKeyringAsync();

        await store.Awaiting(s => s.WriteAsync(Name, "2", CancellationToken.None).AsTask()).Should().ThrowAsync<SecretStoreException>();
        Directory.Exists(Folder).Should().BeFalse();
    }

    [Fact]
    public async Task file_asks_no_keyring()
    {
        await using var session = await KeyringSession.NewAsync();

        await Open(SecretStoreChoice.File, session.Address).WriteAsync(Name, "1", CancellationToken.None);

        (await File.ReadAllTextAsync(TokenFile)).Should().Be("1");
        await session.Awaiting(s => s.RunAsync(null, "secret-tool", Lookup)).Should().ThrowAsync<InvalidOperationException>();
    }

    [Fact]
    public async Task the_folder_around_the_files_keeps_its_permissions()
    {
        var before = (UnixFileMode)0b111_101_001;
        File.SetUnixFileMode(_home.FullName, before);

        await Open(SecretStoreChoice.File, address: null).WriteAsync(Name, "1", CancellationToken.None);

        File.GetUnixFileMode(_home.FullName).Should().Be(before);
    }

    private ISecretStore Open(SecretStoreChoice choice, string? address) =>
        SecretStores.Open(choice, _home.FullName, name => name == "DBUS_SESSION_BUS_ADDRESS" ? address : null, _time);
}
