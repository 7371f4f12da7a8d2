using System.Collections.Concurrent;

namespace Latchkey.Simulator.Tokens;

/// <summary>Which prompt prefixes are cached: written by a breakpoint on first sight, read on the next, forgotten after their lifetime.</summary>
internal sealed class PromptCache(TimeProvider clock)
{
    private static readonly TimeSpan OneHour = TimeSpan.FromHours(1);
    private const int SweepAbove = 200_000;

    private readonly ConcurrentDictionary<UInt128, DateTimeOffset> _expiryByPrefix = new();

    /// <summary>Splits a prompt into what is read from the cache, written to it, and neither; and remembers what it wrote.</summary>
    public UsageFigures Charge(List<PromptBlock> blocks)
    {
        var last = blocks.FindLastIndex(static block => block.CacheFor is not null);
        if (last < 0)
        {
            return new UsageFigures { InputTokens = PromptBlocks.TotalTokens(blocks) };
        }

        var now = clock.GetUtcNow();
        var cached = LastCached(blocks, last, now);
        long read = 0, fiveMinutes = 0, oneHour = 0, plain = 0, sinceBreakpoint = 0;
        for (var i = 0; i < blocks.Count; i++)
        {
            var block = blocks[i];
            if (i <= cached)
            {
                read += block.Tokens;
            }
            else if (i > last)
            {
                plain += block.Tokens;
            }
            else
            {
                sinceBreakpoint += block.Tokens;
            }

            if (block.CacheFor is not { } lifetime)
            {
                continue;
            }

            _expiryByPrefix[block.Prefix] = now + lifetime;
            if (lifetime == OneHour)
            {
                oneHour += sinceBreakpoint;
            }
            else
            {
                fiveMinutes += sinceBreakpoint;
            }

            sinceBreakpoint = 0;
        }

        Sweep(now);
        return new UsageFigures
        {
            InputTokens = plain,
            CacheReadInputTokens = read,
            CacheCreationInputTokens = fiveMinutes + oneHour,
            Ephemeral5mInputTokens = fiveMinutes,
            Ephemeral1hInputTokens = oneHour,
        };
    }

    public void Clear() => _expiryByPrefix.Clear();

    private int LastCached(List<PromptBlock> blocks, int last, DateTimeOffset now)
    {
        for (var i = last; i >= 0; i--)
        {
            if (_expiryByPrefix.TryGetValue(blocks[i].Prefix, out var expiry) && expiry > now)
            {
                return i;
            }
        }

        return -1;
    }

    private void Sweep(DateTimeOffset now)
    {
        if (_expiryByPrefix.Count < SweepAbove)
        {
            return;
        }

        foreach (var (prefix, expiry) in _expiryByPrefix)
        {
            if (expiry <= now)
            {
                _expiryByPrefix.TryRemove(prefix, out _);
            }
        }
    }
}
