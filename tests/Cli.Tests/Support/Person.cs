using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Latchkey.TestKit;

namespace Latchkey.Cli.Tests.Support;

/// <summary>Somebody with a home folder of their own, who types commands. They see no environment but what the test gives them.</summary>
internal sealed class Person : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("latchkey-person-");

    private Person(string program)
    {
        Program = program;
        Home = _folder.CreateSubdirectory("home").FullName;
        Project = _folder.CreateSubdirectory("project").FullName;
        Variables = new Dictionary<string, string?>
        {
            ["HOME"] = Home,
            ["PATH"] = $"{Path.GetDirectoryName(program)}:{Environment.GetEnvironmentVariable("PATH")}",
            ["LATCHKEY_STORE"] = "file",
            ["LANG"] = "C.UTF-8",
        };
    }

    /// <summary>The path of <c>latchkey</c>.</summary>
    public string Program { get; }

    public string Home { get; }

    /// <summary>The current folder.</summary>
    public string Project { get; }

    public Dictionary<string, string?> Variables { get; }

    /// <summary>Where latchkey keeps what is theirs.</summary>
    public string Folder => Path.Combine(Home, ".local", "share", "latchkey");

    public static async Task<Person> ArriveAsync() => new(await LatchkeyBinary.PathAsync());

    /// <summary>One whose administrator has told them of a gateway.</summary>
    public static async Task<Person> ArriveAsync(Uri gateway)
    {
        var person = await ArriveAsync();
        person.UseGateway(gateway);
        return person;
    }

    public void UseGateway(Uri gateway)
    {
        Variables["ENABLE_PROXY"] = "true";
        Variables["PROXY_BOOTSTRAP_URL"] = new Uri(gateway, "bootstrap").AbsoluteUri;
    }

    /// <summary>Runs <c>latchkey</c> to its end.</summary>
    public Task<Ran> LatchkeyAsync(params string[] arguments) => RunAsync(Program, arguments);

    /// <summary>Runs it and reads the JSON that it prints.</summary>
    public async Task<JsonObject> LatchkeyJsonAsync(params string[] arguments)
    {
        var ran = await LatchkeyAsync([.. arguments, "--json"]);
        return JsonNode.Parse(ran.Output)?.AsObject() ?? throw new InvalidOperationException(ran.ToString());
    }

    /// <summary>Runs any program to its end.</summary>
    public async Task<Ran> RunAsync(string program, IEnumerable<string> arguments, byte[]? input = null)
    {
        using var process = Start(program, arguments);
        await using (var stdin = process.StandardInput.BaseStream)
        {
            await stdin.WriteAsync(input ?? []);
        }

        return await EndAsync(process);
    }

    /// <summary>Starts a program whose standard input stays open.</summary>
    public Process Start(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Project,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        start.Environment.Clear();
        foreach (var (name, value) in Variables.Where(v => v.Value is not null))
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    /// <summary>Waits for its end, and kills it when that doesn't come.</summary>
    public static async Task<Ran> EndAsync(Process process)
    {
        using var patience = new CancellationTokenSource(Patience);
        var output = new MemoryStream();
        try
        {
            var errors = process.StandardError.ReadToEndAsync(patience.Token);
            await process.StandardOutput.BaseStream.CopyToAsync(output, patience.Token);
            await process.WaitForExitAsync(patience.Token);
            return new Ran(process.ExitCode, output.ToArray(), await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{process.StartInfo.FileName} {string.Join(' ', process.StartInfo.ArgumentList)} hasn't ended in {Patience}.");
        }
    }

    /// <summary>Makes the token that is kept as old as if this much time had passed since it came.</summary>
    public async Task LetTimePassAsync(TimeSpan passed)
    {
        var kept = Directory.GetFiles(Path.Combine(Folder, "secrets")).Single();
        var token = JsonNode.Parse(await File.ReadAllTextAsync(kept))!;
        foreach (var name in (string[])["obtained_at", "expires_at"])
        {
            token[name] = (token[name]!.GetValue<DateTimeOffset>() - passed).ToString("O", CultureInfo.InvariantCulture);
        }

        await File.WriteAllTextAsync(kept, token.ToJsonString());
    }

    /// <summary>Writes a file of theirs; folders are made.</summary>
    public string Write(string text, params string[] path)
    {
        var file = Path.Combine([Home, .. path]);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        return file;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}

/// <summary>What a program left behind.</summary>
internal sealed record Ran(int ExitCode, byte[] Bytes, string Errors)
{
    public string Output => Encoding.UTF8.GetString(Bytes);

    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public override string ToString() => $"exit code {ExitCode}\n{Output}\n{Errors}";
}
