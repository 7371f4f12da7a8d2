using Latchkey.Claude;

namespace Latchkey.Gateway.DataPath.Authorize;

/// <summary>
/// The price book in force. It is swapped whole and a book never changes, so whoever takes one reference sees no half of a change:
/// estimates and rows take one each.
/// </summary>
internal sealed class PriceBooks(PriceBook first)
{
    private volatile PriceBook _current = first;

    public PriceBook Current => _current;

    /// <summary>From now on this one; what was priced before keeps its price.</summary>
    public void Replace(PriceBook book) => _current = book;
}
