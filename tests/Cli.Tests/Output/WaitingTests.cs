using Latchkey.Cli.Output;
using Microsoft.Extensions.Time.Testing;

namespace Latchkey.Cli.Tests.Output;

public sealed class WaitingTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 25, 9, 0, 0, TimeSpan.Zero));
    private readonly StringWriter _error = new();

    public void Dispose() => _error.Dispose();

    [Fact]
    public async Task what_takes_long_is_said_and_wiped_away_at_the_end()
    {
        var work = new TaskCompletionSource<int>();
        var waiting = On(terminal: true).ForAsync("asking the gateway", work.Task);

        _time.Advance(TimeSpan.FromMilliseconds(299));
        _error.ToString().Should().BeEmpty();
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await SaysAsync("asking the gateway …");
        work.SetResult(7);

        (await waiting).Should().Be(7);
        _error.ToString().Should().EndWith("\r\e[K");
    }

    [Fact]
    public async Task what_is_quick_is_not_mentioned()
    {
        (await On(terminal: true).ForAsync("asking", Task.FromResult(7))).Should().Be(7);

        _error.ToString().Should().BeEmpty();
    }

    [Fact]
    public async Task a_log_file_gets_none_of_it()
    {
        var work = new TaskCompletionSource<int>();
        var waiting = On(terminal: false).ForAsync("asking", work.Task);

        _time.Advance(TimeSpan.FromMinutes(1));
        work.SetResult(7);
        await waiting;

        _error.ToString().Should().BeEmpty();
    }

    [Fact]
    public async Task a_failure_is_passed_on_and_wiped_away_too()
    {
        var work = new TaskCompletionSource<int>();
        var waiting = On(terminal: true).ForAsync("asking", work.Task);
        _time.Advance(TimeSpan.FromMilliseconds(300));
        await SaysAsync("asking …");
        work.SetException(new IOException("gone"));

        await waiting.Invoking(w => w).Should().ThrowAsync<IOException>();
        _error.ToString().Should().EndWith("\r\e[K");
    }

    private Waiting On(bool terminal) => new(new Terminal { Output = new StringWriter(), Error = _error, ErrorIsTerminal = terminal }, _time);

    private async Task SaysAsync(string words)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!_error.ToString().Contains(words, StringComparison.Ordinal))
        {
            await Task.Delay(5, patience.Token);
        }
    }
}
