using System.Security.Cryptography;
using System.Text.Json;
using Latchkey.Gateway.DataPath.Authorize.Budgets;
using Latchkey.Gateway.Identity;
using Latchkey.Protocol;

namespace Latchkey.Gateway.Admin.Budgets;

/// <summary><c>/admin/budgets</c>: operators set budgets and see how they stand; a device sees those that it draws on.</summary>
internal static class BudgetEndpoints
{
    private const decimal NanoDollars = 1_000_000_000m;
    private const int MaxHeads = 100;
    private const int MaxFormBytes = 256 * 1024;

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/admin/budgets", ListAsync).RequireAuthorization(Access.DeviceOrOperator);
        endpoints.MapPost("/admin/budgets", CreateAsync).RequireAuthorization(Access.Operator);
        endpoints.MapGet("/admin/budgets/{id}", ReadAsync).RequireAuthorization(Access.Operator);
        endpoints.MapPut("/admin/budgets/{id}", PutAsync).RequireAuthorization(Access.Operator);
        endpoints.MapDelete("/admin/budgets/{id}", RemoveAsync).RequireAuthorization(Access.Operator);
    }

    private static async Task<IResult> ListAsync(HttpContext http, BudgetKeeper keeper, BudgetBook book, SpendingPolicy spending, TimeProvider time)
    {
        var now = time.GetUtcNow();
        if (Access.CallerOf(http) is { } caller)
        {
            var claims = book.ClaimsOf(caller);
            if (!await spending.KnowThePastAsync(claims, now, http.RequestAborted))
            {
                return Unreadable();
            }

            var figures = book.FiguresOf(claims, now);
            return Results.Json(
                new BudgetList([.. claims.Select((c, i) => new BudgetAnswer
                {
                    // Whom else it concerns is nobody's business but the operator's.
                    Budget = BudgetForm.Of(c.Account.Budget with { LimitNanoDollars = c.Limit, Members = [] }),
                    Accounts = [AnswerOf(c.Account.Head, figures[i])],
                })]),
                BudgetJson.Default.BudgetList);
        }

        var answers = new List<BudgetAnswer>();
        foreach (var stored in await keeper.AllAsync(http.RequestAborted))
        {
            if (await AnswerOfAsync(stored, null, book, spending, now, http.RequestAborted) is not { } answer)
            {
                return Unreadable();
            }

            answers.Add(answer);
        }

        return Results.Json(new BudgetList(answers), BudgetJson.Default.BudgetList);
    }

    private static async Task<IResult> ReadAsync(
        HttpContext http, string id, string? head, BudgetKeeper keeper, BudgetBook book, SpendingPolicy spending, TimeProvider time)
    {
        if ((await keeper.AllAsync(http.RequestAborted)).FirstOrDefault(b => b.Budget.Id == id) is not { } stored)
        {
            return Unknown(id);
        }

        if (!string.IsNullOrEmpty(head) && !stored.Budget.PerHead)
        {
            return Results.Problem("head: this budget is shared, it has no heads.", statusCode: StatusCodes.Status400BadRequest);
        }

        return await AnswerOfAsync(stored, head, book, spending, time.GetUtcNow(), http.RequestAborted) is { } answer
            ? Results.Json(answer, BudgetJson.Default.BudgetAnswer)
            : Unreadable();
    }

    private static async Task<IResult> CreateAsync(HttpContext http, BudgetKeeper keeper, BudgetBook book, SpendingPolicy spending, TimeProvider time)
    {
        var (form, unreadable) = await FormOfAsync(http);
        if (form is null)
        {
            return unreadable!;
        }

        if (!form.TryRead(form.Id ?? $"bud_{RandomNumberGenerator.GetHexString(16, lowercase: true)}", out var budget, out var problem))
        {
            return Results.Problem(problem + ".", statusCode: StatusCodes.Status400BadRequest);
        }

        return await keeper.PutAsync(budget, onlyNew: true, http.RequestAborted) is { } kept
            ? await KeptAsync(http, kept, book, spending, time)
            : Results.Problem($"There is a budget '{budget.Id}' already; change it with PUT.", statusCode: StatusCodes.Status409Conflict);
    }

    private static async Task<IResult> PutAsync(
        HttpContext http, string id, BudgetKeeper keeper, BudgetBook book, SpendingPolicy spending, TimeProvider time)
    {
        var (form, unreadable) = await FormOfAsync(http);
        if (form is null)
        {
            return unreadable!;
        }

        if (form.Id is { } named && named != id)
        {
            return Results.Problem("id: not the one in the path.", statusCode: StatusCodes.Status400BadRequest);
        }

        return form.TryRead(id, out var budget, out var problem)
            ? await KeptAsync(http, (await keeper.PutAsync(budget, onlyNew: false, http.RequestAborted))!.Value, book, spending, time)
            : Results.Problem(problem + ".", statusCode: StatusCodes.Status400BadRequest);
    }

    private static async Task<IResult> RemoveAsync(HttpContext http, string id, BudgetKeeper keeper) =>
        await keeper.RemoveAsync(id, http.RequestAborted) ? Results.NoContent() : Unknown(id);

    private static async Task<IResult> KeptAsync(
        HttpContext http, (StoredBudget Budget, bool New) kept, BudgetBook book, SpendingPolicy spending, TimeProvider time)
    {
        if (await AnswerOfAsync(kept.Budget, null, book, spending, time.GetUtcNow(), http.RequestAborted) is not { } answer)
        {
            return Unreadable();
        }

        http.Response.Headers.Location = $"/admin/budgets/{kept.Budget.Budget.Id}";
        return Results.Json(answer, BudgetJson.Default.BudgetAnswer, statusCode: kept.New ? StatusCodes.Status201Created : StatusCodes.Status200OK);
    }

    private static async Task<(BudgetForm? Form, IResult? Problem)> FormOfAsync(HttpContext http)
    {
        if (!http.Request.HasJsonContentType())
        {
            return (null, Results.Problem("Send a budget as application/json.", statusCode: StatusCodes.Status415UnsupportedMediaType));
        }

        if (http.Request.ContentLength > MaxFormBytes)
        {
            return (null, Results.Problem($"A budget is at most {MaxFormBytes} bytes.", statusCode: StatusCodes.Status413PayloadTooLarge));
        }

        try
        {
            return await JsonSerializer.DeserializeAsync(http.Request.Body, BudgetJson.Default.BudgetForm, http.RequestAborted) is { } form
                ? (form, null)
                : (null, Results.Problem("A budget is a JSON object.", statusCode: StatusCodes.Status400BadRequest));
        }
        catch (JsonException e)
        {
            return (null, Results.Problem(
                e.Path is { Length: > 1 } path ? $"{path.TrimStart('$', '.')}: not understood." : "The body isn't the JSON of a budget.",
                statusCode: StatusCodes.Status400BadRequest));
        }
    }

    /// <summary>Null when the ledger can't be read.</summary>
    private static async Task<BudgetAnswer?> AnswerOfAsync(
        StoredBudget stored, string? head, BudgetBook book, SpendingPolicy spending, DateTimeOffset now, CancellationToken cancellation)
    {
        var id = stored.Budget.Id;
        IReadOnlyList<string> heads = !stored.Budget.PerHead ? [""] : !string.IsNullOrEmpty(head) ? [head] : book.HeadsOf(id);
        List<BudgetClaim> claims = [.. heads.Select(h => book.ClaimOf(id, h)).OfType<BudgetClaim>()];
        if (!await spending.KnowThePastAsync(claims, now, cancellation))
        {
            return null;
        }

        var figures = book.FiguresOf(claims, now);
        return new BudgetAnswer
        {
            Budget = BudgetForm.Of(stored.Budget),
            Accounts = [.. claims.Select((c, i) => AnswerOf(c.Account.Head, figures[i])).OrderByDescending(a => a.Utilization).Take(MaxHeads)],
            CreatedAt = ProtocolJson.Instant(stored.CreatedAt),
            UpdatedAt = ProtocolJson.Instant(stored.UpdatedAt),
        };
    }

    private static BudgetAccountAnswer AnswerOf(string head, BudgetFigures figures) => new()
    {
        Head = head.Length == 0 ? null : head,
        SpentUsd = figures.Spent / NanoDollars,
        ReservedUsd = figures.Reserved / NanoDollars,
        LeftUsd = figures.Left / NanoDollars,
        Utilization = Math.Round(figures.Utilization, 6),
        ResetsAt = figures.ResetsAt is { } resets ? ProtocolJson.Instant(resets) : null,
    };

    private static IResult Unknown(string id) => Results.Problem($"There is no budget '{id}'.", statusCode: StatusCodes.Status404NotFound);

    private static IResult Unreadable() =>
        Results.Problem("What was spent can't be read right now.", statusCode: StatusCodes.Status503ServiceUnavailable);
}
