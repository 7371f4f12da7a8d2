using System.Diagnostics.Metrics;
using Latchkey.Claude;
using Latchkey.Gateway.DataPath.Authorize;
using Latchkey.Gateway.Prices;
using Latchkey.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Latchkey.Gateway.Tests.Prices;

public sealed class PriceReloadTests : IDisposable
{
    private readonly PriceFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 24, 9, 0, 0, TimeSpan.Zero));
    private readonly RecordedLogs _logs = new();
    private readonly ServiceProvider _services;
    private readonly List<string> _results = [];
    private readonly MeterListener _listener = new();

    public PriceReloadTests()
    {
        _services = new ServiceCollection().AddMetrics().AddLogging(logging => logging.AddProvider(_logs)).BuildServiceProvider();
        var factory = _services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == factory && instrument.Name == "latchkey.prices.reload")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, measurement, tags, _) =>
        {
            if (measurement > 0)
            {
                _results.Add((string)tags[0].Value!);
            }
        });
        _listener.Start();
        _folder.WriteBook(PriceFolder.Book("book-1", opusInput: 4000));
        _folder.WriteOverrides(PriceFolder.Overrides("over-1"));
    }

    public void Dispose()
    {
        _listener.Dispose();
        _services.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void what_hasnt_changed_is_left_alone()
    {
        var (reload, books) = Start();
        var before = books.Current;

        LookTwice(reload);

        books.Current.Should().BeSameAs(before);
        _results.Should().BeEmpty();
        _logs.Lines.Should().BeEmpty();
    }

    [Fact]
    public void a_change_of_either_file_is_in_force_at_the_second_look()
    {
        var (reload, books) = Start();
        _folder.WriteBook(PriceFolder.Book("book-2", opusInput: 5000));

        reload.Look();
        books.Current.Version.Should().Be("book-1+over-1");
        reload.Look();
        books.Current.Version.Should().Be("book-2+over-1");

        _folder.WriteOverrides(PriceFolder.Overrides("over-2", discountBasisPoints: 5000));
        _time.Advance(TimeSpan.FromMinutes(1));
        LookTwice(reload);
        books.Current.Version.Should().Be("book-2+over-2");
        Cost(books.Current).Should().Be(2500);
        reload.State.Should().Be(new PricesState(books.Current, _time.GetUtcNow(), null, null));
        _results.Should().Equal("applied", "applied");
        _logs.Lines.Select(l => (l.EventId, l.Level)).Should().Equal((8701, LogLevel.Information), (8701, LogLevel.Information));
    }

    [Theory]
    [InlineData("", "PRICE_OVERRIDES")]
    [InlineData("{\"version\": \"over-2\", \"unit\": \"nano-dollars\", \"disc", "PRICE_OVERRIDES")]
    [InlineData("{\"version\": \"over-2\", \"unit\": \"dollars\"}", "unit")]
    [InlineData("{\"version\": \"over-2\", \"unit\": \"nano-dollars\", \"discount\": 5}", "discount")]
    [InlineData("{\"version\": \"over-2\", \"unit\": \"nano-dollars\", \"discount_basis_points\": 10001}", "discount_basis_points")]
    [InlineData("{\"version\": \"over-2\", \"unit\": \"nano-dollars\", \"models\": [{\"id\": \"\\ud800\", \"input\": 0}]}", "PRICE_OVERRIDES")]
    public void a_bad_file_leaves_the_old_book_and_warns_until_it_is_mended(string bad, string named)
    {
        var (reload, books) = Start();
        var before = books.Current;

        _folder.WriteOverrides(bad);
        LookTwice(reload);
        LookTwice(reload);

        books.Current.Should().BeSameAs(before);
        reload.State.Problem.Should().Contain(named).And.Contain(_folder.OverridesPath).And.NotContain("\n");
        reload.State.ProblemSince.Should().Be(_time.GetUtcNow());
        reload.Warning.Should().Contain("book-1+over-1").And.NotContain(_folder.OverridesPath, "strangers can read it");
        _results.Should().Equal("refused");
        _logs.Lines.Should().ContainSingle().Which.Should().Match<RecordedLine>(l => l.EventId == 8702 && l.Level == LogLevel.Error);

        _folder.WriteOverrides(PriceFolder.Overrides("over-2", markUpBasisPoints: 1000));
        LookTwice(reload);

        books.Current.Version.Should().Be("book-1+over-2");
        reload.Warning.Should().BeNull();
        reload.State.Problem.Should().BeNull();
        _results.Should().Equal("refused", "applied");
    }

    [Fact]
    public void with_one_file_bad_the_other_ones_change_doesnt_count_either()
    {
        var (reload, books) = Start();

        _folder.WriteBook(PriceFolder.Book("book-2", opusInput: 5000));
        _folder.WriteOverrides("half");
        LookTwice(reload);

        books.Current.Version.Should().Be("book-1+over-1");
    }

    [Fact]
    public void a_file_that_is_half_written_at_one_look_is_judged_when_it_stands_still()
    {
        var (reload, books) = Start();
        var whole = PriceFolder.Overrides("over-2", discountBasisPoints: 100);

        _folder.WriteOverrides(whole[..20]);
        reload.Look();
        _folder.WriteOverrides(whole);
        reload.Look();
        reload.Look();

        books.Current.Version.Should().Be("book-1+over-2");
        _results.Should().Equal("applied");
    }

    [Fact]
    public void a_deleted_file_is_a_problem_and_not_an_empty_one()
    {
        var (reload, books) = Start();
        var before = books.Current;

        File.Delete(_folder.OverridesPath);
        LookTwice(reload);

        books.Current.Should().BeSameAs(before);
        reload.State.Problem.Should().Contain("isn't there");

        _folder.WriteOverrides(PriceFolder.Overrides("over-1"));
        LookTwice(reload);
        reload.State.Problem.Should().BeNull();
        books.Current.Should().BeSameAs(before, "it says the same as ever");
        _results.Should().Equal("refused", "unchanged");
    }

    [Fact]
    public void a_file_that_is_renamed_over_counts()
    {
        var (reload, books) = Start();

        _folder.RenameOverrides(PriceFolder.Overrides("over-2", discountBasisPoints: 100));
        LookTwice(reload);

        books.Current.Version.Should().Be("book-1+over-2");
    }

    [Fact]
    public void a_turned_link_counts_as_a_config_map_turns_it()
    {
        using var map = new PriceFolder();
        var (first, second) = (Directory.CreateDirectory(map.BookPath + ".1").FullName, Directory.CreateDirectory(map.BookPath + ".2").FullName);
        File.WriteAllText(Path.Combine(first, "o.json"), PriceFolder.Overrides("over-1"));
        File.WriteAllText(Path.Combine(second, "o.json"), PriceFolder.Overrides("over-2", discountBasisPoints: 1));
        var data = map.BookPath + ".data";
        Directory.CreateSymbolicLink(data, first);
        File.CreateSymbolicLink(map.OverridesPath, Path.Combine(data, "o.json"));
        var (reload, books) = Start(new PricesOptions { OverridesFile = map.OverridesPath });

        Directory.Delete(data);
        Directory.CreateSymbolicLink(data, second);
        LookTwice(reload);

        books.Current.Version.Should().Be(PriceBook.Default.Version + "+over-2");
    }

    [Fact]
    public void a_wrong_path_fills_no_memory()
    {
        var (reload, _) = Start();

        using (var huge = new FileStream(_folder.OverridesPath, FileMode.Create))
        {
            huge.SetLength(1L << 30);
        }

        LookTwice(reload);
        reload.State.Problem.Should().Contain("larger than");

        File.Delete(_folder.OverridesPath);
        Directory.CreateDirectory(_folder.OverridesPath);
        LookTwice(reload);
        reload.State.Problem.Should().Contain("can't be read");
    }

    private (PriceReload Reload, PriceBooks Books) Start(PricesOptions? options = null)
    {
        var files = new PriceFiles(options ?? _folder.Both);
        var contents = files.Read();
        PriceReading.TryRead(contents, out var book, out var problem).Should().BeTrue(problem);
        var books = new PriceBooks(book!);
        return (ActivatorUtilities.CreateInstance<PriceReload>(
            _services, files, contents, books, new PricesMetrics(_services.GetRequiredService<IMeterFactory>()), (TimeProvider)_time), books);
    }

    private static void LookTwice(PriceReload reload)
    {
        reload.Look();
        reload.Look();
    }

    private static long Cost(PriceBook book) =>
        book.Charge(Usage.None with { InputTokens = 1 }, "claude-opus-5-5", "claude-opus-5-5", batch: false).NanoDollars;
}
