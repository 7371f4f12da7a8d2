using Latchkey.Gateway.DataPath.Authorize;

namespace Latchkey.Gateway.Prices;

/// <summary>
/// Puts what the files say in force, all or nothing over both of them: with anything wrong the book of before stays, and says so until it is
/// mended. Somebody looks again and again; a change counts when it has stood still from one look to the next, so that a file half
/// written, or the second of two files, isn't judged too early.
/// </summary>
internal sealed class PriceReload(
    PriceFiles files, PriceContents atStart, PriceBooks books, PricesMetrics metrics, TimeProvider time, ILogger<PriceReload> log)
{
    private string _judged = atStart.Fingerprint;
    private string _seen = atStart.Fingerprint;
    private volatile PricesState _state = new(books.Current, time.GetUtcNow(), null, null);

    public PricesState State => _state;

    /// <summary>What operators should know; null when all is well.</summary>
    public string? Warning => _state.Problem is null
        ? null
        : $"A price file isn't good: prices {_state.Book.PriceVersion} stay in force ({PricesOptions.FileVariable}, {PricesOptions.OverridesVariable}; /admin/prices says why).";

    /// <summary>One look at the files; by one caller at a time.</summary>
    public void Look()
    {
        var contents = files.Read();
        var fingerprint = contents.Fingerprint;
        var stands = fingerprint == _seen;
        _seen = fingerprint;
        if (stands && fingerprint != _judged)
        {
            _judged = fingerprint;
            Judge(contents);
        }
    }

    private void Judge(PriceContents contents)
    {
        if (!PriceReading.TryRead(contents, out var book, out var problem))
        {
            _state = _state with { Problem = problem, ProblemSince = time.GetUtcNow() };
            metrics.Reloaded(PricesMetrics.Refused);
            log.Refused(problem, _state.Book.PriceVersion);
            return;
        }

        if (book.PriceVersion == _state.Book.PriceVersion)
        {
            _state = _state with { Problem = null, ProblemSince = null };
            metrics.Reloaded(PricesMetrics.Unchanged);
            log.Unchanged(book.PriceVersion);
            return;
        }

        var before = _state.Book.PriceVersion;
        books.Replace(book);
        _state = new PricesState(book, time.GetUtcNow(), null, null);
        metrics.Reloaded(PricesMetrics.Applied);
        log.Applied(book.PriceVersion, before);
    }
}
