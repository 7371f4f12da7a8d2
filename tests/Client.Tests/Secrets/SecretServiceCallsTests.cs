using Latchkey.Client.Secrets;

namespace Latchkey.Client.Tests.Secrets;

/// <summary>What the store says to a Secret Service, and what it makes of rare answers.</summary>
public sealed class SecretServiceCallsTests : IAsyncLifetime
{
    private const string Name = "token";
    private const string Value = "sk-ant-proxy-hidden";
    private const string Login = "/org/freedesktop/secrets/collection/login/1";
    private const string Other = "/org/freedesktop/secrets/collection/other/1";

    private FakeSecretService _service = null!;

    private SecretServiceStore Store => new(_service.Address, TimeSpan.FromMinutes(5));

    public async ValueTask InitializeAsync() => _service = await FakeSecretService.NewAsync();

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task a_session_is_opened_only_when_another_call_was_answered()
    {
        _service.Items[Login] = (Value, 1);
        _service.Before = member => member == "ReadAlias" ? _service.CatchUpAsync() : Task.CompletedTask;

        (await Store.ReadAsync(Name, CancellationToken.None)).Should().Be(Value);

        _service.Calls.Should().StartWith(["ReadAlias", "ReadAlias answered"]);
        _service.Calls.Where(call => !call.EndsWith(" answered", StringComparison.Ordinal))
            .Should().Equal("ReadAlias", "OpenSession", "SearchItems", "GetSecrets");
    }

    [Fact]
    public async Task of_several_items_the_newest_counts()
    {
        _service.Items[Login] = ("old", 1_700_000_000);
        _service.Items[Other] = ("new", 1_700_000_001);
        _service.Items[Other + "1"] = ("oldest", 1_600_000_000);

        (await Store.ReadAsync(Name, CancellationToken.None)).Should().Be("new");
    }

    [Fact]
    public async Task an_item_that_is_replaced_between_search_and_answer_is_looked_for_again()
    {
        _service.Items[Login] = ("replaced", 1);
        _service.Before = member =>
        {
            if (member == "GetSecrets" && _service.Items.Remove(Login))
            {
                _service.Items[Other] = ("its successor", 2);
            }

            return Task.CompletedTask;
        };

        (await Store.ReadAsync(Name, CancellationToken.None)).Should().Be("its successor");
    }

    [Fact]
    public async Task an_item_that_is_deleted_between_search_and_answer_is_none()
    {
        _service.Items[Login] = ("deleted", 1);
        _service.Before = member =>
        {
            _ = member == "GetSecrets" && _service.Items.Remove(Login);
            return Task.CompletedTask;
        };

        (await Store.ReadAsync(Name, CancellationToken.None)).Should().BeNull();
    }

    [Fact]
    public async Task a_keyring_that_opens_without_asking_is_opened()
    {
        _service.Items[Login] = (Value, 1);
        _service.IsLocked = true;
        (await Store.ReadAsync(Name, CancellationToken.None)).Should().Be(Value);

        _service.IsLocked = true;
        await Store.WriteAsync(Name, "written", CancellationToken.None);
        _service.Items.Values.Should().Contain(("written", 9ul));

        _service.IsLocked = true;
        await Store.DeleteAsync(Name, CancellationToken.None);
        _service.Items.Should().BeEmpty();
    }

    [Fact]
    public async Task a_keyring_that_asks_the_person_is_locked()
    {
        _service.Items[Login] = ("kept", 1);
        _service.IsLocked = true;
        _service.Asks = true;

        (await RefusalAsync(s => s.ReadAsync(Name, CancellationToken.None).AsTask())).Should().Contain("is locked");
        (await RefusalAsync(s => s.WriteAsync(Name, Value, CancellationToken.None).AsTask())).Should().Contain("is locked");
        (await RefusalAsync(s => s.DeleteAsync(Name, CancellationToken.None).AsTask())).Should().Contain("is locked");
        _service.IsLocked = false;
        (await RefusalAsync(s => s.DeleteAsync(Name, CancellationToken.None).AsTask())).Should().Contain("is locked");
        _service.Items.Should().ContainKey(Login);
    }

    [Fact]
    public async Task the_services_own_words_are_not_repeated()
    {
        _service.Error = member => member == "CreateItem" ? "com.example.Refused" : null;

        (await RefusalAsync(s => s.WriteAsync(Name, Value, CancellationToken.None).AsTask()))
            .Should().Be("The Secret Service refused: com.example.Refused.");
    }

    [Fact]
    public async Task an_answer_of_another_shape_is_no_answer()
    {
        _service.TalksNonsense = true;

        (await RefusalAsync(s => s.ReadAsync(Name, CancellationToken.None).AsTask())).Should().Contain("can't be read");
        (await RefusalAsync(s => s.WriteAsync(Name, Value, CancellationToken.None).AsTask())).Should().Contain("can't be read");
        (await RefusalAsync(s => s.DeleteAsync(Name, CancellationToken.None).AsTask())).Should().Contain("can't be read");
    }

    private async Task<string> RefusalAsync(Func<ISecretStore, Task> use)
    {
        var refusal = await Store.Awaiting(use).Should().ThrowAsync<SecretStoreException>();
        refusal.Which.ToString().Should().NotContain("hidden");
        return refusal.Which.Message;
    }
}
