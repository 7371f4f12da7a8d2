using StackExchange.Redis;

namespace Latchkey.Gateway.Storage.Redis;

/// <summary>The one connection to Redis; it reconnects by itself.</summary>
internal sealed class RedisLink(ConfigurationOptions options) : IAsyncDisposable
{
    private ConnectionMultiplexer? _connection;

    /// <summary>Returns after a second at most, connected or not: then calls fail until it is.</summary>
    public async Task<RedisCounters> OpenAsync()
    {
        _connection ??= await ConnectionMultiplexer.ConnectAsync(options);
        return new RedisCounters(_connection.GetDatabase());
    }

    public ValueTask DisposeAsync() => _connection?.DisposeAsync() ?? ValueTask.CompletedTask;
}
