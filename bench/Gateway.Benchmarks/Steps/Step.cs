namespace Latchkey.Gateway.Benchmarks.Steps;

/// <summary>One step of the data path, ready to be taken again and again.</summary>
/// <param name="Name">The stage and what of it, such as <c>authenticate: a token that is known</c>.</param>
/// <param name="Run">Takes it on the calling thread, to its end; what it makes is returned, so that no compiler can leave it out.</param>
internal sealed record Step(string Name, Func<object?> Run);
