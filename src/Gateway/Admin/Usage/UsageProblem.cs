namespace Latchkey.Gateway.Admin.Usage;

/// <summary>Why a question about the ledger has no answer.</summary>
/// <param name="Parameter">The parameter of the query that has to change.</param>
/// <param name="Detail">What is wrong with it, for people.</param>
internal sealed record UsageProblem(string Parameter, string Detail)
{
    /// <summary>A 400 whose words begin with the parameter's name.</summary>
    public IResult ToResult() => Results.Problem(
        $"{Parameter}: {Detail}",
        statusCode: StatusCodes.Status400BadRequest,
        extensions: new Dictionary<string, object?> { ["parameter"] = Parameter });
}

/// <summary>What was asked for, or why there is no answer.</summary>
internal readonly record struct Answer<T>(T? Value, UsageProblem? Problem)
    where T : class
{
    public static implicit operator Answer<T>(T value) => new(value, null);

    public static implicit operator Answer<T>(UsageProblem problem) => new(null, problem);
}
