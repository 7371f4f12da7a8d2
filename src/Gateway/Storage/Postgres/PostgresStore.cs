using System.Globalization;
using Npgsql;

namespace Latchkey.Gateway.Storage.Postgres;

/// <summary>The database that gateways share: its connections, and its tables brought up to date by whoever comes first.</summary>
internal sealed class PostgresStore : IAsyncDisposable
{
    private const int StepSeconds = 600;

    /// <summary>Asks which store this is; read by <see cref="IdentityOf"/>.</summary>
    public const string Identity = "SELECT id, version, (extract(epoch FROM pg_postmaster_start_time()) * 1000000)::bigint FROM store";

    private const int Readers = 4;
    private const int ReadSeconds = 30;

    private readonly NpgsqlDataSource _reading;
    private readonly NpgsqlDataSource _shipping;

    public PostgresStore(NpgsqlConnectionStringBuilder options)
    {
        _reading = Source(new NpgsqlConnectionStringBuilder(options.ConnectionString) { MaxPoolSize = Readers, CommandTimeout = ReadSeconds });

        // Its own, so that slow questions never keep rows from arriving.
        _shipping = Source(new NpgsqlConnectionStringBuilder(options.ConnectionString) { MaxPoolSize = 1 });
    }

    /// <summary>A connection for questions, from their pool; whoever asks more than there are waits here, five seconds at most.</summary>
    public ValueTask<NpgsqlConnection> ConnectAsync(CancellationToken cancellation) => _reading.OpenConnectionAsync(cancellation);

    /// <summary>The one connection that ships.</summary>
    public ValueTask<NpgsqlConnection> ConnectToShipAsync(CancellationToken cancellation) => _shipping.OpenConnectionAsync(cancellation);

    /// <summary>Says which store this is, its tables brought up to date before if they were older.</summary>
    public static async Task<StoreIdentity> IdentifyAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var found = await ReadAsync(connection, cancellation);
        if (found is null || found.Version < PostgresSchema.Steps.Count)
        {
            await UpgradeAsync(connection, cancellation);
            found = await ReadAsync(connection, cancellation);
        }

        return found ?? throw new NpgsqlException("The table that says which store this is has no row.");
    }

    /// <summary>The answer to <see cref="Identity"/>; null when the table has no row.</summary>
    public static async Task<StoreIdentity?> IdentityOf(NpgsqlDataReader row, CancellationToken cancellation) =>
        await row.ReadAsync(cancellation) ? new StoreIdentity(row.GetString(0), row.GetInt32(1), row.GetInt64(2)) : null;

    public async ValueTask DisposeAsync()
    {
        await _reading.DisposeAsync();
        await _shipping.DisposeAsync();
    }

    /// <summary>Of several hosts, the one that takes writes: it changes with a fail-over.</summary>
    private static NpgsqlDataSource Source(NpgsqlConnectionStringBuilder options)
    {
        var builder = new NpgsqlDataSourceBuilder(options.ConnectionString);
        return options.Host!.Contains(',', StringComparison.Ordinal)
            ? builder.BuildMultiHost().WithTargetSession(TargetSessionAttributes.ReadWrite)
            : builder.Build();
    }

    private static async Task<StoreIdentity?> ReadAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = Identity;
        try
        {
            await using var row = await command.ExecuteReaderAsync(cancellation);
            return await IdentityOf(row, cancellation);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            return null;
        }
    }

    private static async Task UpgradeAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await ExecuteAsync(connection, PostgresSchema.Lock, cancellation);
        await ExecuteAsync(connection, PostgresSchema.Store, cancellation);
        var version = (await ReadAsync(connection, cancellation))!.Version;
        foreach (var step in PostgresSchema.Steps.Skip(version))
        {
            await ExecuteAsync(connection, step, cancellation);
        }

        if (version < PostgresSchema.Steps.Count)
        {
            await ExecuteAsync(connection, string.Create(CultureInfo.InvariantCulture, $"UPDATE store SET version = {PostgresSchema.Steps.Count}"), cancellation);
        }

        await transaction.CommitAsync(cancellation);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Only constants of this folder.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.CommandTimeout = StepSeconds;
        await command.ExecuteNonQueryAsync(cancellation);
    }
}

/// <summary>Which store it is.</summary>
/// <param name="Id">Made with its tables, so that another database under the same address is noticed.</param>
/// <param name="Version">Of its tables.</param>
/// <param name="Started">When its server started, microseconds since 1970: another one means a restart, or another server.</param>
internal sealed record StoreIdentity(string Id, int Version, long Started);
