using System.Data.Common;
using Latchkey.Gateway.Admin.Usage;
using Latchkey.Gateway.Storage.Usage;

namespace Latchkey.Gateway.Storage.Postgres;

/// <summary>The store that gateways share, for the reports: it has everybody's rows, and this gateway's of a moment ago.</summary>
internal sealed class PostgresUsageDatabase(Shipper shipper, PostgresStore store, ShippingState state) : IUsageDatabase
{
    public SqlDialect Dialect => SqlDialect.Postgres;

    /// <exception cref="ReportsAwayException">PostgreSQL is away.</exception>
    public async ValueTask<DbConnection> ConnectAsync(CancellationToken cancellation) =>
        await shipper.CatchUpAsync(cancellation)
            ? await store.ConnectAsync(cancellation)
            : throw new ReportsAwayException($"The usage of all gateways is in PostgreSQL, and {state.Problem ?? "it doesn't answer"}.");
}
