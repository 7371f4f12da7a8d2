using Latchkey.Simulator.Calls;

namespace Latchkey.Simulator.Reports;

/// <summary>What a report is grouped by: arrays in a query are written <c>group_by[]=model&amp;group_by[]=api_key_id</c>.</summary>
internal sealed class ReportGroups
{
    private readonly HashSet<string> _names;

    private ReportGroups(HashSet<string> names) => _names = names;

    public bool By(string name) => _names.Contains(name);

    /// <summary>The value where the report is grouped by it, else null.</summary>
    public string? Of(string name, string? value) => By(name) ? value : null;

    public static ReportGroups? Read(IQueryCollection query, string[] known, out Answer? problem)
    {
        var names = ValuesOf(query, "group_by");
        problem = names.IsSubsetOf(known) ? null : ApiErrors.Invalid($"group_by: Input should be one of {string.Join(", ", known)}");
        return problem is null ? new ReportGroups(names) : null;
    }

    /// <summary>Whether a filter lets a value through; one that isn't there lets everything through.</summary>
    public static Predicate<string?> Filter(IQueryCollection query, string name)
    {
        var wanted = ValuesOf(query, name);
        return value => wanted.Count == 0 || (value is not null && wanted.Contains(value));
    }

    private static HashSet<string> ValuesOf(IQueryCollection query, string name) =>
        [.. query[name + "[]"].Concat(query[name]).OfType<string>().Where(value => value.Length > 0)];
}
