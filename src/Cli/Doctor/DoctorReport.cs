using System.Text.Json.Nodes;
using Latchkey.Cli.Output;

namespace Latchkey.Cli.Doctor;

/// <summary>Prints findings as they come, and a verdict.</summary>
internal sealed class DoctorReport(bool json, Terminal terminal)
{
    private readonly List<(string Name, Finding Finding)> _findings = [];

    public void Add(string name, Finding finding)
    {
        _findings.Add((name, finding));
        if (json)
        {
            return;
        }

        terminal.Output.WriteLine($"{Sign(finding)} {terminal.Bold(name)}: {finding.Message}");
        if (finding.Advice is not null)
        {
            terminal.Output.WriteLine($"         → {finding.Advice}");
        }
    }

    /// <returns>The exit code: 1 when something is broken.</returns>
    public int End()
    {
        var broken = _findings.Count(f => f.Finding is Finding.Broken);
        var doubtful = _findings.Count(f => f.Finding is Finding.Doubtful);
        var verdict = (broken, doubtful) switch
        {
            (0, 0) => "All is well.",
            (0, 1) => "It works; one thing deserves a look.",
            (0, _) => $"It works; {doubtful} things deserve a look.",
            (1, _) => "One thing is broken.",
            _ => $"{broken} things are broken; begin with the first.",
        };
        if (json)
        {
            JsonText.Write(terminal.Output, new JsonObject
            {
                ["checks"] = new JsonArray([.. _findings.Select(f => (JsonNode)new JsonObject
                {
                    ["name"] = f.Name,
                    ["result"] = Word(f.Finding),
                    ["message"] = f.Finding.Message,
                    ["advice"] = f.Finding.Advice,
                })]),
                ["broken"] = broken,
                ["doubtful"] = doubtful,
                ["verdict"] = verdict,
            });
        }
        else
        {
            terminal.Output.WriteLine();
            terminal.Output.WriteLine(broken > 0 ? terminal.Red(verdict) : verdict);
        }

        return broken > 0 ? ExitCode.Failed : ExitCode.Ok;
    }

    /// <summary>A sign and a word, so that neither colour nor font is needed to read it.</summary>
    private string Sign(Finding finding) => finding switch
    {
        Finding.Fine => terminal.Green("✓ ok   "),
        Finding.Doubtful => terminal.Yellow("! look "),
        Finding.Broken => terminal.Red("✗ wrong"),
        _ => terminal.Dim("- left "),
    };

    private static string Word(Finding finding) => finding switch
    {
        Finding.Fine => "ok",
        Finding.Doubtful => "doubtful",
        Finding.Broken => "broken",
        _ => "skipped",
    };
}
