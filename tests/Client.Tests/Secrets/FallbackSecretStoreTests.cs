using CsCheck;
using Latchkey.Client.Secrets;

namespace Latchkey.Client.Tests.Secrets;

public sealed class FallbackSecretStoreTests : SecretStoreContract, IDisposable
{
    private const string Name = "token";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("latchkey-secrets-");
    private readonly UnsteadyStore _system = new("Keyring");
    private readonly UnsteadyStore _files = new("files");

    private FallbackSecretStore Both => new(_system, _files);

    /// <summary>The contract, with a system's store that is always away.</summary>
    private protected override ISecretStore Open() =>
        new FallbackSecretStore(new UnsteadyStore("Keyring") { IsAway = true }, new FileSecretStore(_folder.FullName));

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task the_systems_store_has_it_alone_where_it_can()
    {
        await Both.WriteAsync(Name, "1", CancellationToken.None);

        _system.Secrets.Should().ContainKey(Name);
        _files.Secrets.Should().BeEmpty();
        (await Both.ReadAsync(Name, CancellationToken.None)).Should().Be("1");
        Both.Description.Should().Be("Keyring, else files");
    }

    [Fact]
    public async Task a_file_has_it_while_the_systems_store_is_away()
    {
        _system.IsAway = true;
        var both = Both;

        await both.WriteAsync(Name, "1", CancellationToken.None);

        _files.Secrets.Should().Contain(Name, "1");
        (await both.ReadAsync(Name, CancellationToken.None)).Should().Be("1");
        both.Description.Should().Be("files (Keyring is away.)");
    }

    [Fact]
    public async Task a_store_that_comes_back_brings_nothing_old_with_it()
    {
        await Both.WriteAsync(Name, "old", CancellationToken.None);
        _system.IsAway = true;
        await Both.WriteAsync(Name, "new", CancellationToken.None);

        _system.IsAway = false;

        (await Both.ReadAsync(Name, CancellationToken.None)).Should().Be("new");
    }

    [Fact]
    public async Task a_store_that_comes_back_brings_nothing_with_it_that_was_forgotten_meanwhile()
    {
        await Both.WriteAsync(Name, "old", CancellationToken.None);
        _system.IsAway = true;
        await Both.DeleteAsync(Name, CancellationToken.None);
        (await Both.ReadAsync(Name, CancellationToken.None)).Should().BeNull();

        _system.IsAway = false;
        (await Both.ReadAsync(Name, CancellationToken.None)).Should().BeNull();

        await Both.DeleteAsync(Name, CancellationToken.None);
        _system.Secrets.Should().BeEmpty();
        _files.Secrets.Should().BeEmpty();
    }

    [Fact]
    public async Task what_a_session_without_the_systems_store_forgets_is_forgotten_in_the_others()
    {
        await Both.WriteAsync(Name, "old", CancellationToken.None);

        await new FallbackSecretStore(system: null, _files).DeleteAsync(Name, CancellationToken.None);

        (await Both.ReadAsync(Name, CancellationToken.None)).Should().BeNull();
    }

    [Fact]
    public async Task the_next_write_goes_back_to_the_systems_store_and_clears_the_file()
    {
        _system.IsAway = true;
        await Both.WriteAsync(Name, "1", CancellationToken.None);
        _system.IsAway = false;

        await Both.WriteAsync(Name, "2", CancellationToken.None);

        _system.Secrets.Should().Contain(Name, "2");
        _files.Secrets.Should().BeEmpty();
    }

    [Fact]
    public async Task a_delete_deletes_from_both()
    {
        _system.Secrets[Name] = "1";
        _files.Secrets[Name] = "2";

        await Both.DeleteAsync(Name, CancellationToken.None);

        _system.Secrets.Should().BeEmpty();
        _files.Secrets.Should().BeEmpty();
    }

    [Fact]
    public async Task a_store_that_was_away_is_not_waited_for_at_each_read()
    {
        _system.IsAway = true;
        await Both.WriteAsync(Name, "1", CancellationToken.None);
        var asked = _system.Asked;

        await Both.ReadAsync(Name, CancellationToken.None);

        _system.Asked.Should().Be(asked);
    }

    [Fact]
    public async Task files_that_cant_be_used_dont_keep_the_systems_store_from_being_used()
    {
        _files.IsAway = true;

        await Both.WriteAsync(Name, "1", CancellationToken.None);

        (await Both.ReadAsync(Name, CancellationToken.None)).Should().Be("1");
    }

    [Fact]
    public async Task a_delete_that_may_have_left_something_says_so()
    {
        _files.IsAway = true;
        await Both.Awaiting(b => b.DeleteAsync(Name, CancellationToken.None).AsTask()).Should().ThrowAsync<SecretStoreException>();

        _system.IsAway = true;
        await Both.Awaiting(b => b.DeleteAsync(Name, CancellationToken.None).AsTask()).Should().ThrowAsync<SecretStoreException>();
    }

    [Fact]
    public async Task with_neither_there_is_nothing_to_use()
    {
        _system.IsAway = true;
        _files.IsAway = true;

        await Both.Awaiting(b => b.ReadAsync(Name, CancellationToken.None).AsTask()).Should().ThrowAsync<SecretStoreException>();
        await Both.Awaiting(b => b.WriteAsync(Name, "1", CancellationToken.None).AsTask()).Should().ThrowAsync<SecretStoreException>();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task whichever_copy_survives_a_process_that_dies_in_mid_write_it_is_the_new_one_once_any_has_it(int death)
    {
        (_system.Secrets[Name], _files.Secrets[Name]) = ("older", "old");
        var left = death;
        _system.Step = _files.Step = () =>
        {
            if (--left == 0)
            {
                throw new DeathException();
            }
        };

        (await DiesAsync(Both.WriteAsync(Name, "new", CancellationToken.None))).Should().BeTrue();

        var isWritten = _system.Secrets.Values.Concat(_files.Secrets.Values).Contains("new");
        isWritten.Should().Be(death > 1);
        (await Both.ReadAsync(Name, CancellationToken.None)).Should().Be(isWritten ? "new" : "old");
    }

    /// <summary>
    /// Any order of writes, deletes and reads, while the system's store comes, goes and answers too late, and processes die in mid-call.
    /// </summary>
    [Fact]
    public Task nothing_older_than_the_newest_is_ever_read() =>
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 2], Gen.Int[0, 6]).Array[1, 30].SampleAsync(async steps =>
        {
            var (system, files) = (new UnsteadyStore("Keyring"), new UnsteadyStore("files"));

            // The newest, and after a death in mid-change what was there before; then whichever is read is the one.
            string?[] possible = [null];
            var last = 0;
            foreach (var (action, state, death) in steps)
            {
                var both = new FallbackSecretStore(system, files);
                (system.IsAway, system.IsLate) = (state > 0, state > 1);
                var left = death;
                system.Step = files.Step = () =>
                {
                    if (death > 0 && --left == 0)
                    {
                        throw new DeathException();
                    }
                };
                switch (action)
                {
                    case 0:
                        var value = (++last).ToString(System.Globalization.CultureInfo.InvariantCulture);
                        possible = await DiesAsync(both.WriteAsync(Name, value, CancellationToken.None)) ? [value, .. possible] : [value];
                        break;
                    case 1:
                        possible = await DiesAsync(both.DeleteAsync(Name, CancellationToken.None)) ? [null, .. possible] : [null];
                        break;
                    default:
                        var read = await both.ReadAsync(Name, CancellationToken.None);
                        if (read is null && system.IsAway && files.Secrets.IsEmpty)
                        {
                            // Only the system's store could say.
                            break;
                        }

                        if (!possible.Contains(read))
                        {
                            return false;
                        }

                        possible = [read];
                        break;
                }
            }

            return true;
        });

    private static async Task<bool> DiesAsync(ValueTask change)
    {
        try
        {
            await change;
            return false;
        }
        catch (DeathException)
        {
            return true;
        }
    }

    private sealed class DeathException : Exception;
}
