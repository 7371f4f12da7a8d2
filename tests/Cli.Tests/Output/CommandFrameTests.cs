using System.Text.Json.Nodes;
using Latchkey.Cli.Output;
using Latchkey.Client;

namespace Latchkey.Cli.Tests.Output;

public sealed class CommandFrameTests : IDisposable
{
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    public void Dispose()
    {
        _output.Dispose();
        _error.Dispose();
    }

    public static TheoryData<Exception, int> Failures => new()
    {
        { new CommandException(ExitCode.Usage, "So not."), ExitCode.Usage },
        { new LatchkeySettingsException("ENABLE_PROXY should be true or false."), ExitCode.NotConfigured },
        { new SecretStoreException("The keyring is locked."), ExitCode.Failed },
        { new HttpRequestException("reset"), ExitCode.Unreachable },
        { new UnauthorizedAccessException("no right to it"), ExitCode.Failed },
        { new InvalidOperationException("a fault of ours"), ExitCode.Failed },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public void a_failure_is_one_line_and_a_code(Exception failure, int code)
    {
        Run(json: false, () => throw failure).Should().Be(code);

        _error.ToString().TrimEnd('\n').Should().StartWith("latchkey: ").And.Contain(failure.Message).And.NotContain("\n").And.NotContain("   at ");
        _output.ToString().Should().BeEmpty();
    }

    [Fact]
    public void with_json_it_is_json_as_well()
    {
        Run(json: true, () => throw new CommandException(ExitCode.Refused, "No.\nNever.", "Ask."));

        var told = JsonNode.Parse(_output.ToString())!;
        told["error"]!.GetValue<string>().Should().Be("No. Never.");
        told["advice"]!.GetValue<string>().Should().Be("Ask.");
        told["exit_code"]!.GetValue<int>().Should().Be(ExitCode.Refused);
    }

    [Theory]
    [InlineData(LatchkeyState.Disabled, false, ExitCode.NotConfigured)]
    [InlineData(LatchkeyState.Degraded, false, ExitCode.Unreachable)]
    [InlineData(LatchkeyState.Degraded, true, ExitCode.Refused)]
    public void a_state_without_a_way_has_its_code(LatchkeyState state, bool refusal, int code) => CommandFrame.CodeOf(new LatchkeyStatus
    {
        State = state,
        Message = "",
        Since = default,
        IsRefusal = refusal,
    }).Should().Be(code);

    private int Run(bool json, Func<Task<int>> command) => CommandFrame.Run(new Terminal { Output = _output, Error = _error }, json, command);
}
