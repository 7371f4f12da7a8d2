namespace Latchkey.Gateway.Admin.Usage;

/// <summary>Whether a table is wanted as CSV, whole, or as JSON, page by page.</summary>
internal static class AnswerFormat
{
    public const string Parameter = "format";

    private const string Csv = "text/csv";
    private const string Json = "application/json";

    public static bool IsCsv(HttpRequest request, UsageParameters parameters)
    {
        var csv = parameters.Text(Parameter) switch
        {
            null => QualityOf(request, Csv) > QualityOf(request, Json),
            "csv" => true,
            "json" => false,
            _ => Refuse(parameters),
        };
        if (csv)
        {
            foreach (var name in new[] { "limit", "cursor" })
            {
                if (parameters.Text(name) is not null)
                {
                    parameters.Refuse(name, "is for JSON: CSV has everything at once.");
                }
            }
        }

        return csv;
    }

    private static bool Refuse(UsageParameters parameters)
    {
        parameters.Refuse(Parameter, "is json or csv.");
        return false;
    }

    private static double QualityOf(HttpRequest request, string type) =>
        request.GetTypedHeaders().Accept.Where(a => a.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase)).Select(a => a.Quality ?? 1).DefaultIfEmpty(0).Max();
}
