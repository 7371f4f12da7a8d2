using System.Data.Common;
using Latchkey.Gateway.Storage.Usage;

namespace Latchkey.Gateway.Storage.Sqlite;

/// <summary>The embedded database, for the reports.</summary>
internal sealed class SqliteUsageDatabase(SqliteFile file) : IUsageDatabase
{
    public SqlDialect Dialect => SqlDialect.Sqlite;

    public ValueTask<DbConnection> ConnectAsync(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return ValueTask.FromResult<DbConnection>(file.Connect());
    }
}
