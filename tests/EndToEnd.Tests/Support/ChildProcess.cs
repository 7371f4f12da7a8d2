using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Latchkey.EndToEnd.Tests.Support;

/// <summary>A program that a test starts. It sees no environment but what the test gives it, and never outlives the test.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly string _name;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();

    private ChildProcess(Process process, string name)
    {
        _process = process;
        _name = name;
        process.OutputDataReceived += (_, line) => Append(_output, line.Data);
        process.ErrorDataReceived += (_, line) => Append(_errors, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.StandardInput.Close();
    }

    /// <summary>What it has written to its standard output so far.</summary>
    public string Output => Text(_output);

    public string Errors => Text(_errors);

    public int Id => _process.Id;

    public bool HasEnded => _process.HasExited;

    /// <param name="program">A path, or a name to be found on the PATH.</param>
    /// <param name="arguments">Passed as they are.</param>
    /// <param name="environment">All of it, the PATH aside.</param>
    /// <param name="folder">Where it runs.</param>
    /// <param name="package">What to install when it isn't there.</param>
    public static ChildProcess Start(
        string program,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string> environment,
        string folder,
        string package)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        start.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH") + ":/usr/sbin:/sbin";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        try
        {
            return new ChildProcess(Process.Start(start)!, Path.GetFileName(program));
        }
        catch (Win32Exception exception)
        {
            throw Missing(program, package, exception);
        }
    }

    /// <summary>Fails unless a program is there that something else will start.</summary>
    public static void Require(string program, string package)
    {
        var found = Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));
        if (!found)
        {
            throw Missing(program, package);
        }
    }

    /// <summary>Waits for its end, a minute at the most.</summary>
    public Task<Finished> EndAsync() => EndAsync(Patience);

    /// <summary>Waits for its end, for so long at the most.</summary>
    public async Task<Finished> EndAsync(TimeSpan most)
    {
        using var patience = new CancellationTokenSource(most);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{_name} hasn't ended in {most}.\n{Output}\n{Errors}");
        }

        return new Finished(_process.ExitCode, Output, Errors);
    }

    /// <summary>Waits until its output has this.</summary>
    public async Task<Match> SaysAsync(Regex pattern)
    {
        for (var waited = Stopwatch.StartNew(); ; await Task.Delay(20))
        {
            if (pattern.Match(Output) is { Success: true } match)
            {
                return match;
            }

            if (_process.HasExited || waited.Elapsed > Patience)
            {
                throw new InvalidOperationException($"{_name} never said {pattern}.\n{Output}\n{Errors}");
            }
        }
    }

    /// <summary>Asks it to stop, as service managers do.</summary>
    public async Task TerminateAsync()
    {
        using var kill = Process.Start("sh", ["-c", string.Create(CultureInfo.InvariantCulture, $"kill -TERM {_process.Id}")]);
        await kill.WaitForExitAsync();
        kill.ExitCode.Should().Be(0, "{0} should still run:\n{1}\n{2}", _name, Output, Errors);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private static InvalidOperationException Missing(string program, string package, Exception? cause = null) =>
        new($"These tests need {program}: install {package}.", cause);

    private static void Append(StringBuilder text, string? line)
    {
        if (line is not null)
        {
            lock (text)
            {
                text.Append(line).Append('\n');
            }
        }
    }

    private static string Text(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }
}

/// <summary>What a program left behind.</summary>
internal sealed record Finished(int ExitCode, string Output, string Errors);
