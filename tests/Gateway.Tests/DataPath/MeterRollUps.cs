using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Latchkey.Gateway.Tests.DataPath;

/// <summary>The sums that the ledger keeps by itself, and the same sums made of its rows: by key, column by column.</summary>
internal static class MeterRollUps
{
    private const long MicrosecondsAnHour = 3_600_000_000;

    private static readonly string[] HourKeys = ["hour", "org_id", "model", "key_fingerprint"];

    private static readonly string[] DayKeys = ["day", "device_id", "user_id", "org_id", "model"];

    private static readonly string[] Summed =
    [
        "input_tokens", "output_tokens", "cache_creation_input_tokens", "cache_creation_1h_input_tokens", "cache_read_input_tokens", "web_search_requests",
        "cost_nano_usd", "latency_us",
    ];

    public static Task<SortedDictionary<string, string>> ByHourAsync(string dataDirectory) => ReadAsync(dataDirectory, "usage_hour", HourKeys);

    public static Task<SortedDictionary<string, string>> ByDayAsync(string dataDirectory) => ReadAsync(dataDirectory, "usage_day", DayKeys);

    public static SortedDictionary<string, string> ByHour(IEnumerable<Dictionary<string, object?>> rows) => Sum(rows, MicrosecondsAnHour, HourKeys);

    public static SortedDictionary<string, string> ByDay(IEnumerable<Dictionary<string, object?>> rows) => Sum(rows, 24 * MicrosecondsAnHour, DayKeys);

    private static SortedDictionary<string, string> Sum(IEnumerable<Dictionary<string, object?>> rows, long length, string[] keys)
    {
        var sums = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var group in rows.GroupBy(row => Key([row.Number("started_at") / length, .. keys.Skip(1).Select(key => row[key] ?? "")])))
        {
            var succeeded = group.Count(row => row.Number("status") is >= 200 and <= 299 && (string)row["ending"]! == "completed");
            sums[group.Key] = Key([group.Count(), succeeded, .. Summed.Select(column => (object)group.Sum(row => row.Number(column)))]);
        }

        return sums;
    }

    private static async Task<SortedDictionary<string, string>> ReadAsync(string dataDirectory, string table, string[] keys)
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(dataDirectory, "latchkey.db")};Mode=ReadOnly;Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Only constants of this file.
        command.CommandText = $"SELECT {string.Join(", ", [.. keys, "requests", "succeeded", .. Summed])} FROM {table}";
#pragma warning restore CA2100
        await using var row = await command.ExecuteReaderAsync();
        var sums = new SortedDictionary<string, string>(StringComparer.Ordinal);
        while (await row.ReadAsync())
        {
            var values = Enumerable.Range(0, row.FieldCount).Select(row.GetValue).ToList();
            sums[Key(values[..keys.Length])] = Key(values[keys.Length..]);
        }

        return sums;
    }

    private static string Key(IEnumerable<object> parts) => string.Join(' ', parts.Select(part => Convert.ToString(part, CultureInfo.InvariantCulture)));
}
