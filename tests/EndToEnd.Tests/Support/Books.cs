using System.Text.Json;
using Latchkey.Claude;
using Latchkey.Simulator.Bookkeeping;
using Latchkey.TestKit;

namespace Latchkey.EndToEnd.Tests.Support;

/// <summary>The gateway's ledger held against the Simulator's tally.</summary>
internal static class Books
{
    /// <summary>
    /// There are exactly this many rows on both sides, each of the ledger's belongs to one of the tally's, and in every
    /// kind of token they say the same. Returns the ledger's.
    /// </summary>
    public static async Task<IReadOnlyList<LedgerRow>> AgreeAsync(TestGateway gateway, int exchanges)
    {
        var rows = (await gateway.LedgerAsync(exchanges)).Select(LedgerRow.Of).ToList();
        await Eventually.TrueAsync(() => gateway.Tally.InFlight == 0, "the Simulator should have ended every call");
        var tally = gateway.Tally.Rows();
        rows.Should().HaveCount(exchanges);
        tally.Should().HaveCount(exchanges);
        foreach (var row in rows)
        {
            var truth = tally.Should().ContainSingle(t => t.RequestId == row.UpstreamRequestId, "each row has its counterpart").Subject;
            row.Model.Should().Be(truth.Model);
            var tokens = TruthOf(truth);
            if (row.Quality == "estimated")
            {
                // The stream's end, with its output, never came: what was delivered is counted instead.
                row.Tokens.Output.Should().BeInRange(tokens.Output, Math.Max(tokens.Output, truth.ResponseBytes / 4));
                tokens = tokens with { Output = row.Tokens.Output };
            }

            row.Tokens.Should().Be(tokens);
        }

        return rows;
    }

    /// <summary>What was generated, or, when the answer was cut short, what a reader of it can know.</summary>
    private static TokenKinds TruthOf(TallyRow row) => (row.Complete ? row.Generated : row.Delivered) is { } figures
        ? TokenKinds.Of(figures)
        : TokenKinds.Of(Usage.None);
}

/// <summary>What these tests look at in a row of the ledger.</summary>
internal sealed record LedgerRow(
    string UpstreamRequestId,
    string DeviceId,
    string Route,
    string? Model,
    string Ending,
    long Status,
    string? StopReason,
    string Quality,
    TokenKinds Tokens)
{
    public static LedgerRow Of(Dictionary<string, object?> row) => new(
        (string)row["upstream_request_id"]!,
        (string)row["device_id"]!,
        (string)row["route"]!,
        (string?)row["model_answered"],
        (string)row["ending"]!,
        (long)row["status"]!,
        (string?)row["stop_reason"],
        (string)row["quality"]!,
        TokenKinds.Of(JsonSerializer.Deserialize((string)row["usage"]!, UsageJson.Default.Usage)!));
}
