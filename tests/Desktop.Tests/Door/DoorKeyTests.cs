using Latchkey.Desktop.Door;
using Microsoft.Extensions.Time.Testing;

namespace Latchkey.Desktop.Tests.Door;

public class DoorKeyTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly DoorKey _key;

    public DoorKeyTests() => _key = new DoorKey(_time);

    [Fact]
    public void a_code_is_good_for_one_session()
    {
        var code = _key.NewCode();

        var session = _key.Exchange(code);

        _key.IsSession(session).Should().BeTrue();
        _key.Exchange(code).Should().BeNull();
    }

    [Fact]
    public void a_code_that_wasnt_used_soon_is_worth_nothing()
    {
        var code = _key.NewCode();

        _time.Advance(DoorKey.CodeLife + TimeSpan.FromSeconds(1));

        _key.Exchange(code).Should().BeNull();
    }

    [Fact]
    public void a_new_code_takes_the_place_of_the_old_one()
    {
        var old = _key.NewCode();
        var young = _key.NewCode();

        _key.Exchange(old).Should().BeNull();
        _key.Exchange(young).Should().NotBeNull();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    public void nothing_else_is_a_code_or_a_session(string? guess)
    {
        _key.NewCode();

        _key.Exchange(guess).Should().BeNull();
        _key.IsSession(guess).Should().BeFalse();
    }

    [Fact]
    public void a_code_is_no_session() => _key.IsSession(_key.NewCode()).Should().BeFalse();

    [Fact]
    public void runs_have_secrets_of_their_own()
    {
        var other = new DoorKey(_time);
        var session = _key.Exchange(_key.NewCode());

        other.IsSession(session).Should().BeFalse();
    }
}
