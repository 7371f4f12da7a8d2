using Latchkey.TestKit;

namespace Latchkey.Gateway.Tests.Storage.Postgres;

/// <summary>One server for the tests that leave it alone; each has a database of its own on it.</summary>
public sealed class SharedPostgres : IAsyncLifetime
{
    public PostgresServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await PostgresServer.NewAsync();

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}

[CollectionDefinition(Name)]
public sealed class PostgresCollection : ICollectionFixture<SharedPostgres>
{
    public const string Name = "asks PostgreSQL";
}
