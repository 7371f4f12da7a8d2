using System.Globalization;
using Latchkey.EndToEnd.Tests.Support;
using Latchkey.Gateway.Storage.Usage;
using Latchkey.TestKit;
using Microsoft.Data.Sqlite;

namespace Latchkey.EndToEnd.Tests.Durability;

/// <summary>PostgreSQL as several gateways' store, compared with their journals.</summary>
internal sealed class SharedStore(string url)
{
    private const string SumsOfRows = "COUNT(*), SUM(input_tokens), SUM(output_tokens), SUM(cost_nano_usd), SUM(latency_us)";
    private const string SumsOfSums = "SUM(requests), SUM(input_tokens), SUM(output_tokens), SUM(cost_nano_usd), SUM(latency_us)";

    private static readonly string Rows = $"SELECT {UsageColumns.Names} FROM usage ORDER BY request_id, kind";

    public async Task<long> CountAsync() =>
        long.Parse((await PostgresServer.ReadAsync(url, "SELECT COUNT(*) FROM usage"))[0], CultureInfo.InvariantCulture);

    /// <summary>Waits until everything has arrived; then it is the same row for row, and its sums are those of its rows.</summary>
    /// <returns>What was found.</returns>
    public async Task<string> AgreesWithAsync(params string[] dataFolders)
    {
        foreach (var folder in dataFolders)
        {
            await Eventually.TrueAsync(async () => await new DurableLedger(folder).WaitingAsync() == 0 && Waiting(folder) == 0, "everything should arrive in PostgreSQL");
        }

        var journal = dataFolders.SelectMany(folder => Read(folder, Rows)).Order(StringComparer.Ordinal).ToList();
        var store = (await PostgresServer.ReadAsync(url, Rows)).Order(StringComparer.Ordinal).ToList();

        store.Should().OnlyHaveUniqueItems().And.Equal(journal);
        var sums = (await PostgresServer.ReadAsync(url, $"SELECT {SumsOfRows} FROM usage"))[0];
        (await PostgresServer.ReadAsync(url, $"SELECT {SumsOfSums} FROM usage_hour")).Should().Equal(sums);
        (await PostgresServer.ReadAsync(url, $"SELECT {SumsOfSums} FROM usage_day")).Should().Equal(sums);
        return string.Create(CultureInfo.InvariantCulture, $"{store.Count} rows, 0 missing, 0 doubled, sums by hour and day agree");
    }

    /// <summary>How many rows of a journal wait.</summary>
    public static long Waiting(string dataFolder) =>
        long.Parse(Read(dataFolder, "SELECT COUNT(*) FROM shipment WHERE shipped_at IS NULL")[0], CultureInfo.InvariantCulture);

    /// <summary>How many rows a journal has.</summary>
    public static long Settled(string dataFolder) => long.Parse(Read(dataFolder, "SELECT COUNT(*) FROM usage")[0], CultureInfo.InvariantCulture);

    private static List<string> Read(string dataFolder, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(dataFolder, "latchkey.db")};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var row = command.ExecuteReader();
        var rows = new List<string>();
        while (row.Read())
        {
            rows.Add(string.Join('|', Enumerable.Range(0, row.FieldCount).Select(i => Convert.ToString(row.GetValue(i), CultureInfo.InvariantCulture))));
        }

        return rows;
    }
}
