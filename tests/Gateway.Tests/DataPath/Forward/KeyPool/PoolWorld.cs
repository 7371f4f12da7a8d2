using Latchkey.Gateway.DataPath.Forward;
using Latchkey.Gateway.DataPath.Forward.KeyPool;
using Microsoft.Extensions.Time.Testing;

namespace Latchkey.Gateway.Tests.DataPath.Forward.KeyPool;

/// <summary>A pool of numbered keys with a clock that the test moves.</summary>
internal sealed class PoolWorld
{
    public const string Model = "claude-a";

    public PoolWorld(int keys)
    {
        Keys = [.. Enumerable.Range(0, keys).Select(i => new UpstreamKey($"sk-ant-secret-{i}"))];
        Pool = new UpstreamKeyPool(Keys, Clock, Log);
    }

    public FakeTimeProvider Clock { get; } = new(DateTimeOffset.Parse("2026-11-22T10:00:00Z", null));

    public RecordedLog<UpstreamKeyPool> Log { get; } = new();

    public IReadOnlyList<UpstreamKey> Keys { get; }

    public UpstreamKeyPool Pool { get; }

    public KeyChoice.Picked Pick(string device = "device-1", string? model = Model, params UpstreamKey[] exclude) =>
        Pool.Pick(device, model, exclude).Should().BeOfType<KeyChoice.Picked>().Subject;

    public KeyChoice.AllResting AllResting(string? model = Model) =>
        Pool.Pick("device-1", model).Should().BeOfType<KeyChoice.AllResting>().Subject;

    /// <summary>A pick of exactly this key, whatever the device.</summary>
    public KeyChoice.Picked Take(UpstreamKey key, string? model = Model) => Pick("device-1", model, [.. Keys.Where(k => k != key)]);

    public TimeSpan? Limit(KeyChoice.Picked picked, double seconds, string? model = Model) =>
        Pool.RateLimited(picked, model, Headers(("retry-after", $"{seconds}")), null);

    public void Wait(TimeSpan time) => Clock.Advance(time);

    public static System.Net.Http.Headers.HttpResponseHeaders Headers(params (string Name, string Value)[] headers)
    {
        var response = new HttpResponseMessage();
        foreach (var (name, value) in headers)
        {
            response.Headers.TryAddWithoutValidation(name, value);
        }

        return response.Headers;
    }
}
