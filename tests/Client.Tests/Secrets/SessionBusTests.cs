using System.Diagnostics;
using System.Runtime.Versioning;
using Latchkey.Client.Secrets;

namespace Latchkey.Client.Tests.Secrets;

[SupportedOSPlatform("linux")]
public sealed class SessionBusTests : IDisposable
{
    private readonly DirectoryInfo _temporary = Directory.CreateTempSubdirectory("latchkey-runtime-");
    private readonly DirectoryInfo _runtime;

    public SessionBusTests() => _runtime = _temporary.CreateSubdirectory("user");

    private string Socket => Path.Combine(_runtime.FullName, "bus");

    public void Dispose() => _temporary.Delete(recursive: true);

    [Theory]
    [InlineData("unix:path=/run/user/1/bus", "unix:path=/run/user/1/bus")]
    [InlineData("unix:abstract=/tmp/dbus-1,guid=ab", "unix:abstract=/tmp/dbus-1,guid=ab")]
    [InlineData("autolaunch:;unix:path=/a;unix:path=/b", "unix:path=/a")]
    [InlineData("tcp:host=example.com,port=1", null)]
    [InlineData("autolaunch:", null)]
    public async Task a_socket_of_this_machine_is_taken_and_nothing_else(string said, string? taken)
    {
        // It was said where the bus is: the other place isn't looked at.
        await File.WriteAllTextAsync(Socket, "");

        Find(said).Should().Be(taken);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public async Task without_a_word_it_is_where_systemd_puts_it(string? said)
    {
        await File.WriteAllTextAsync(Socket, "");

        Find(said).Should().Be($"unix:path={Socket}");
    }

    [Fact]
    public void without_a_socket_there_is_no_bus() => Find(said: null).Should().BeNull();

    [Fact]
    public async Task somebody_elses_runtime_folder_is_not_looked_into()
    {
        string[] command = Environment.IsPrivilegedProcess ? ["chown", "nobody"] : ["sudo", "chown", "nobody"];
        using var chown = Process.Start(command[0], [.. command[1..], _runtime.FullName]);
        await chown.WaitForExitAsync();
        chown.ExitCode.Should().Be(0);

        Find(said: null).Should().BeNull();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("relative")]
    [InlineData("/nowhere/at/all")]
    public void without_a_runtime_folder_there_is_no_bus(string? runtime) =>
        SessionBus.Find(name => name == "XDG_RUNTIME_DIR" ? runtime : null).Should().BeNull();

    private string? Find(string? said) => SessionBus.Find(name => name switch
    {
        "DBUS_SESSION_BUS_ADDRESS" => said,
        "XDG_RUNTIME_DIR" => _runtime.FullName,
        _ => null,
    });
}
