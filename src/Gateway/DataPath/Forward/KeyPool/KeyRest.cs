using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Latchkey.Gateway.DataPath.Forward.Breaker;

namespace Latchkey.Gateway.DataPath.Forward.KeyPool;

/// <summary>One key of the pool: its place in the hash, and until when it rests, for everything or for one model. Not thread-safe.</summary>
internal sealed class KeyRest(UpstreamKey key, TimeProvider clock)
{
    public static readonly TimeSpan FirstRefusal = TimeSpan.FromMinutes(5);
    public static readonly TimeSpan LongestRefusal = TimeSpan.FromHours(1);

    /// <summary>Model names come from clients: beyond this many waits at once, the one that ends first is forgotten.</summary>
    private const int MostModels = 256;

    private readonly Dictionary<string, long> _models = new(StringComparer.Ordinal);
    private TimeSpan _nextRefusal = FirstRefusal;
    private long _refusedUntil = long.MinValue;

    public UpstreamKey Key => key;

    /// <summary>Of the key alone, so that the same devices keep the same keys over restarts and on every instance.</summary>
    public ulong Seed { get; } = BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(key.Reveal())));

    public long Refusals { get; private set; }

    public TimeSpan RefusedFor() => clock.Left(_refusedUntil);

    public TimeSpan LimitedFor(string model) => _models.TryGetValue(model, out var until) ? clock.Left(until) : TimeSpan.Zero;

    public IEnumerable<(string Model, TimeSpan Left)> Limited() =>
        _models.Select(m => (m.Key, Left: clock.Left(m.Value))).Where(m => m.Left > TimeSpan.Zero);

    public TimeSpan Refuse()
    {
        var rest = _nextRefusal;
        _nextRefusal = rest * 2 < LongestRefusal ? rest * 2 : LongestRefusal;
        _refusedUntil = clock.StampIn(rest);
        Refusals++;
        return rest;
    }

    /// <summary>True when the key had been refused before.</summary>
    public bool Recover()
    {
        var wasRefused = _nextRefusal != FirstRefusal;
        _nextRefusal = FirstRefusal;
        _refusedUntil = long.MinValue;
        return wasRefused;
    }

    /// <summary>True when it starts or prolongs a rest; an earlier report that reached further stands.</summary>
    public bool Limit(string model, TimeSpan rest)
    {
        var until = clock.StampIn(rest);
        if (_models.TryGetValue(model, out var known) && known >= until)
        {
            return false;
        }

        if (_models.Count >= MostModels)
        {
            _models.Remove(_models.MinBy(m => m.Value).Key);
        }

        _models[model] = until;
        return true;
    }
}
