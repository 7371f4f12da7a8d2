using CsCheck;
using Latchkey.Client.Secrets;

namespace Latchkey.Client.Tests.Secrets;

/// <summary>What every store does.</summary>
public abstract class SecretStoreContract
{
    private const string Name = "token";

    /// <summary>Text that could be cut or mistaken on its way: quotes, line ends, bytes that are more than one, a NUL.</summary>
    private static readonly Gen<string> AnyText = Gen.OneOf(
        Gen.String[Gen.Char.AlphaNumeric, 1, 5000],
        Gen.String[Gen.OneOf('\0', '\r', '\n', '"', '\'', '\\', ' ', 'ä', '€', '\uFEFF'), 1, 50]);

    /// <summary>The same secrets at each call, as another process would see them.</summary>
    private protected abstract ISecretStore Open();

    [Fact]
    public async Task nothing_is_read_where_nothing_was_kept() =>
        (await Open().ReadAsync("nothing", CancellationToken.None)).Should().BeNull();

    [Fact]
    public async Task what_was_kept_is_read_by_another_one()
    {
        await Open().WriteAsync(Name, "sk-ant-proxy-1", CancellationToken.None);

        (await Open().ReadAsync(Name, CancellationToken.None)).Should().Be("sk-ant-proxy-1");
    }

    [Fact]
    public async Task the_last_one_written_is_the_one()
    {
        var store = Open();
        await store.WriteAsync(Name, "a first one that is long", CancellationToken.None);
        await store.WriteAsync(Name, "short", CancellationToken.None);

        (await store.ReadAsync(Name, CancellationToken.None)).Should().Be("short");
    }

    [Fact]
    public async Task what_was_deleted_is_gone()
    {
        var store = Open();
        await store.WriteAsync(Name, "once", CancellationToken.None);

        await store.DeleteAsync(Name, CancellationToken.None);

        (await store.ReadAsync(Name, CancellationToken.None)).Should().BeNull();
        await store.DeleteAsync(Name, CancellationToken.None);
    }

    [Fact]
    public async Task secrets_have_nothing_to_do_with_each_other()
    {
        var store = Open();
        string[] names = ["a", "a.b", "a-b", "A1", "a.b.secret", new string('n', 64)];
        foreach (var name in names)
        {
            await store.WriteAsync(name, $"the secret of {name}", CancellationToken.None);
        }

        await store.DeleteAsync("a", CancellationToken.None);

        (await store.ReadAsync("a", CancellationToken.None)).Should().BeNull();
        foreach (var name in names[1..])
        {
            (await store.ReadAsync(name, CancellationToken.None)).Should().Be($"the secret of {name}");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("../token")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData(".hidden")]
    [InlineData("-flag")]
    [InlineData("a b")]
    [InlineData("a\0")]
    [InlineData("ä")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345")]
    public async Task a_name_that_could_be_mistaken_is_refused(string name)
    {
        var store = Open();

        await store.Awaiting(s => s.ReadAsync(name, CancellationToken.None).AsTask()).Should().ThrowAsync<ArgumentException>();
        await store.Awaiting(s => s.WriteAsync(name, "x", CancellationToken.None).AsTask()).Should().ThrowAsync<ArgumentException>();
        await store.Awaiting(s => s.DeleteAsync(name, CancellationToken.None).AsTask()).Should().ThrowAsync<ArgumentException>();
    }

    [Fact]
    public async Task sixteen_kilobytes_are_kept()
    {
        var store = Open();
        var value = new string('€', SecretRules.MaxBytes / 3) + "x";

        await store.WriteAsync(Name, value, CancellationToken.None);

        (await store.ReadAsync(Name, CancellationToken.None)).Should().Be(value);
    }

    public static TheoryData<string> Unkeepable => new("", new string('€', (SecretRules.MaxBytes / 3) + 1), "half a \ud83d surrogate");

    [Theory]
    [MemberData(nameof(Unkeepable))]
    public async Task what_cant_be_kept_is_refused_without_being_shown_and_what_was_there_stays(string value)
    {
        var store = Open();
        await store.WriteAsync(Name, "what was there", CancellationToken.None);

        var writing = store.Awaiting(s => s.WriteAsync(Name, value, CancellationToken.None).AsTask());

        var refusal = await writing.Should().ThrowAsync<SecretStoreException>();
        refusal.Which.Message.Should().Contain("'token'").And.Contain("can't be kept");
        refusal.Which.ToString().Should().NotContainAny("€", "half", "D83D", "d83d");
        (await store.ReadAsync(Name, CancellationToken.None)).Should().Be("what was there");
    }

    [Fact]
    public Task any_text_comes_back_as_it_was()
    {
        var store = Open();
        return AnyText.SampleAsync(
            async text =>
            {
                await store.WriteAsync(Name, text, CancellationToken.None);
                return await store.ReadAsync(Name, CancellationToken.None) == text;
            },
            iter: 50,
            threads: 1);
    }

    [Fact]
    public async Task who_reads_while_others_write_sees_one_of_them_whole()
    {
        var store = Open();
        await store.WriteAsync(Name, Whole(0), CancellationToken.None);
        var writing = Task.WhenAll(Enumerable.Range(1, 4).Select(WriteAsync));
        var reading = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => ReadAsync()));

        var read = (await reading).SelectMany(values => values).ToList();
        await writing;

        read.Should().HaveCountGreaterThanOrEqualTo(4);
        read.Where(value => value is null || value != Whole(value[0] - 'a')).Should().BeEmpty();

        async Task WriteAsync(int writer)
        {
            for (var i = 0; i < 25; i++)
            {
                await Task.Yield();
                await Open().WriteAsync(Name, Whole(writer), CancellationToken.None);
            }
        }

        async Task<List<string?>> ReadAsync()
        {
            var values = new List<string?>();
            do
            {
                await Task.Yield();
                values.Add(await Open().ReadAsync(Name, CancellationToken.None));
            }
            while (!writing.IsCompleted);
            return values;
        }

        // Each writer's own letter, each of another length.
        static string Whole(int writer) => new((char)('a' + writer), 1000 + (writer * 2500));
    }

    [Fact]
    public async Task whoever_has_given_up_is_told_so()
    {
        var store = Open();
        var over = new CancellationToken(canceled: true);

        await store.Awaiting(s => s.ReadAsync(Name, over).AsTask()).Should().ThrowAsync<OperationCanceledException>();
        await store.Awaiting(s => s.WriteAsync(Name, "x", over).AsTask()).Should().ThrowAsync<OperationCanceledException>();
        await store.Awaiting(s => s.DeleteAsync(Name, over).AsTask()).Should().ThrowAsync<OperationCanceledException>();
    }
}
