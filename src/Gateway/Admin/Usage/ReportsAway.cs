using System.Data.Common;
using System.Globalization;
using Microsoft.AspNetCore.Diagnostics;

namespace Latchkey.Gateway.Admin.Usage;

/// <summary>Answers a question with a 503 while the store is away, or went away over it: it can be asked again.</summary>
internal sealed class ReportsAway(IProblemDetailsService problems) : IExceptionHandler
{
    private const int RetryAfterSeconds = 5;

    public ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        var why = exception switch
        {
            ReportsAwayException away => away.Message,
            DbException { IsTransient: true } => "PostgreSQL didn't answer the question.",
            _ => null,
        };
        if (why is null)
        {
            return ValueTask.FromResult(false);
        }

        httpContext.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        httpContext.Response.Headers.RetryAfter = RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
        return problems.TryWriteAsync(new ProblemDetailsContext
        {
            HttpContext = httpContext,
            ProblemDetails = { Status = StatusCodes.Status503ServiceUnavailable, Detail = why },
        });
    }
}
