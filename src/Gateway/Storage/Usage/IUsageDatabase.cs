using System.Data.Common;

namespace Latchkey.Gateway.Storage.Usage;

/// <summary>A database that has the tables of the ledger.</summary>
internal interface IUsageDatabase
{
    SqlDialect Dialect { get; }

    /// <summary>An open connection; dispose it to give it back.</summary>
    ValueTask<DbConnection> ConnectAsync(CancellationToken cancellation);
}

/// <summary>Where the databases differ.</summary>
/// <param name="ByBytes">Stands behind a text that is compared or ordered by its bytes, whatever the database's language.</param>
internal sealed record SqlDialect(SqlFragment ByBytes)
{
    public static readonly SqlDialect Sqlite = new(SqlFragment.Constant(""));

    public static readonly SqlDialect Postgres = new(SqlFragment.Constant(" COLLATE \"C\""));
}
