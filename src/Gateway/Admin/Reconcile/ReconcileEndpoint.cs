using Latchkey.Claude;
using Latchkey.Gateway.DataPath.Authorize;
using Latchkey.Gateway.DataPath.Forward.KeyPool;
using Latchkey.Gateway.Identity;
using Microsoft.Extensions.Options;

namespace Latchkey.Gateway.Admin.Reconcile;

/// <summary><c>GET /admin/reconcile</c>: does the ledger agree with Anthropic's bill?</summary>
internal static class ReconcileEndpoint
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet("/admin/reconcile", CompareAsync).RequireAuthorization(Access.Operator);

    private static async Task<IResult> CompareAsync(
        HttpContext http,
        AdminKey adminKey,
        ReportClient reports,
        ILedgerDays ledger,
        UpstreamKeyPool keys,
        PriceBooks books,
        IOptions<ReconcileOptions> options,
        TimeProvider time)
    {
        if (!adminKey.TryReveal(out var key))
        {
            return Results.Problem(
                $"Set {AdminKey.Variable} (Latchkey:Reconcile:AdminKey) to an admin key of the organisation: Anthropic's reports need one.",
                statusCode: StatusCodes.Status501NotImplemented);
        }

        var (period, problem) = ReconcilePeriod.Read(http.Request.Query, time.GetUtcNow());
        if (period is null)
        {
            return Results.Problem(problem, statusCode: StatusCodes.Status400BadRequest);
        }

        using var patience = new CancellationTokenSource(Patience, time);
        using var given = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, http.RequestAborted);
        try
        {
            var said = await reports.ReadAsync(key, period, given.Token);
            var book = books.Current;
            var sums = await SumsAsync(ledger, period, book, given.Token);
            var reconciliation = new Reconciliation(book, keys.FingerprintsOf, (decimal)options.Value.TolerancePercent);
            return Results.Json(reconciliation.Compare(period, sums, said), ReconcileJson.Default.ReconcileReport);
        }
        catch (ReportException e)
        {
            return Results.Problem(e.Message, statusCode: StatusCodes.Status502BadGateway);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !http.RequestAborted.IsCancellationRequested)
        {
            return Results.Problem($"Anthropic's reports and the ledger's didn't come within {Patience.TotalSeconds} s.", statusCode: StatusCodes.Status504GatewayTimeout);
        }
    }

    private static async Task<IReadOnlyList<LedgerDay>> SumsAsync(ILedgerDays ledger, ReconcilePeriod period, PriceBook book, CancellationToken cancellation)
    {
        var days = await ledger.DaysAsync(period.From, period.To, cancellation);
        var steps = new StepAdjustments(book);
        await foreach (var call in ledger.SteppedAsync(period.From, period.To, cancellation))
        {
            steps.Add(call);
        }

        return [.. days, .. steps.ToSums()];
    }
}
