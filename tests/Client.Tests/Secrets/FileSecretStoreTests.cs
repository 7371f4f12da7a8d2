using System.Diagnostics;
using System.Runtime.Versioning;
using Latchkey.Client.Secrets;
using Microsoft.Extensions.Time.Testing;

namespace Latchkey.Client.Tests.Secrets;

[UnsupportedOSPlatform("windows")]
public sealed class FileSecretStoreTests : SecretStoreContract, IDisposable
{
    private const string Name = "token";
    private const string Value = "sk-ant-proxy-hidden";

    private const UnixFileMode OwnerOnlyFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerOnlyFolder = OwnerOnlyFile | UnixFileMode.UserExecute;
    private const UnixFileMode Everybody = (UnixFileMode)0b111_111_111;

    private readonly DirectoryInfo _temporary = Directory.CreateTempSubdirectory("latchkey-secrets-");

    private string Folder => Path.Combine(_temporary.FullName, "below", "secrets");

    private string TokenFile => Path.Combine(Folder, "token.secret");

    private protected override ISecretStore Open() => new FileSecretStore(Folder);

    public void Dispose() => _temporary.Delete(recursive: true);

    [Fact]
    public async Task folder_and_file_are_the_persons_alone()
    {
        await Open().WriteAsync(Name, Value, CancellationToken.None);

        File.GetUnixFileMode(Folder).Should().Be(OwnerOnlyFolder);
        File.GetUnixFileMode(TokenFile).Should().Be(OwnerOnlyFile);
        Directory.EnumerateFileSystemEntries(Folder).Should().Equal(TokenFile);
    }

    [Fact]
    public async Task the_file_is_the_persons_alone_from_its_first_byte()
    {
        await Open().WriteAsync(Name, Value, CancellationToken.None);
        using var seen = new CancellationTokenSource();
        var watching = Task.Factory.StartNew(Watch, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        // Until the watcher has caught some on their way.
        while (!seen.IsCancellationRequested)
        {
            await Open().WriteAsync(Name, new string('x', SecretRules.MaxBytes), CancellationToken.None);
        }

        (await watching).Should().OnlyContain(mode => mode == OwnerOnlyFile);

        List<UnixFileMode> Watch()
        {
            var modes = new List<UnixFileMode>();
            while (modes.Count < 20)
            {
                foreach (var temporary in Directory.EnumerateFiles(Folder, ".*"))
                {
                    try
                    {
                        modes.Add(File.GetUnixFileMode(temporary));
                    }
                    catch (FileNotFoundException)
                    {
                        // Too late for this one.
                    }
                }
            }

            seen.Cancel();
            return modes;
        }
    }

    [Fact]
    public async Task what_others_can_read_or_write_is_tightened_before_it_is_read()
    {
        await Open().WriteAsync(Name, Value, CancellationToken.None);
        File.SetUnixFileMode(Folder, Everybody);
        File.SetUnixFileMode(TokenFile, Everybody);

        (await Open().ReadAsync(Name, CancellationToken.None)).Should().Be(Value);

        File.GetUnixFileMode(Folder).Should().Be(OwnerOnlyFolder);
        File.GetUnixFileMode(TokenFile).Should().Be(OwnerOnlyFile);
    }

    [Fact]
    public async Task what_others_can_read_or_write_is_tightened_before_it_is_written()
    {
        Directory.CreateDirectory(Folder, Everybody);
        File.SetUnixFileMode(Folder, Everybody);

        await Open().WriteAsync(Name, Value, CancellationToken.None);

        File.GetUnixFileMode(Folder).Should().Be(OwnerOnlyFolder);
        File.GetUnixFileMode(TokenFile).Should().Be(OwnerOnlyFile);
    }

    [Fact]
    public async Task a_file_that_is_a_symbolic_link_is_refused_and_what_it_leads_to_is_left_alone()
    {
        var elsewhere = Path.Combine(_temporary.FullName, "elsewhere");
        await File.WriteAllTextAsync(elsewhere, Value);
        File.SetUnixFileMode(elsewhere, Everybody);
        Directory.CreateDirectory(Folder, OwnerOnlyFolder);
        File.CreateSymbolicLink(TokenFile, elsewhere);

        await RefusesAsync("a symbolic link", Name);

        (await File.ReadAllTextAsync(elsewhere)).Should().Be(Value);
        File.GetUnixFileMode(elsewhere).Should().Be(Everybody);
        Directory.EnumerateFileSystemEntries(Folder).Should().Equal(TokenFile);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    public async Task a_folder_that_is_a_symbolic_link_is_refused(string ending)
    {
        var elsewhere = _temporary.CreateSubdirectory("elsewhere");
        File.SetUnixFileMode(elsewhere.FullName, Everybody);
        Directory.CreateDirectory(Path.GetDirectoryName(Folder)!);
        Directory.CreateSymbolicLink(Folder, elsewhere.FullName);

        await RefusesAsync("a symbolic link", Name, new FileSecretStore(Folder + ending));

        File.GetUnixFileMode(elsewhere.FullName).Should().Be(Everybody);
        elsewhere.EnumerateFileSystemInfos().Should().BeEmpty();
    }

    [Fact]
    public async Task a_link_that_leads_nowhere_is_refused()
    {
        Directory.CreateDirectory(Folder, OwnerOnlyFolder);
        File.CreateSymbolicLink(TokenFile, Path.Combine(_temporary.FullName, "nowhere"));

        await RefusesAsync("a symbolic link", Name);
    }

    [Fact]
    public async Task somebody_elses_folder_is_refused()
    {
        // Open to everybody, so that an ordinary user can clear it away afterwards.
        Directory.CreateDirectory(Folder, Everybody);
        await GiveAwayAsync(Folder);

        await RefusesAsync("belongs to another user", Name);
    }

    [Fact]
    public async Task somebody_elses_file_is_refused()
    {
        await Open().WriteAsync(Name, Value, CancellationToken.None);
        await GiveAwayAsync(TokenFile);

        await RefusesAsync("belongs to another user", Name);
    }

    [Fact]
    public async Task a_pipe_is_refused_rather_than_waited_for()
    {
        Directory.CreateDirectory(Folder, OwnerOnlyFolder);
        await RunAsync("mkfifo", TokenFile);

        await RefusesAsync("a device or pipe", Name);
    }

    [Fact]
    public async Task a_file_in_the_folders_place_is_refused()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Folder)!);
        await File.WriteAllTextAsync(Folder, "");

        await RefusesAsync("a file instead of a folder", Name);
    }

    [Fact]
    public async Task a_file_that_a_crash_left_empty_is_no_secret()
    {
        await Open().WriteAsync(Name, Value, CancellationToken.None);
        await File.WriteAllTextAsync(TokenFile, "");

        (await Open().ReadAsync(Name, CancellationToken.None)).Should().BeNull();
    }

    [Fact]
    public async Task what_isnt_text_is_refused_without_being_shown()
    {
        await Open().WriteAsync(Name, Value, CancellationToken.None);
        await File.WriteAllBytesAsync(TokenFile, [.. "hidden"u8, 0xff, .. "hidden"u8]);

        var reading = Open().Awaiting(s => s.ReadAsync(Name, CancellationToken.None).AsTask());

        var refusal = await reading.Should().ThrowAsync<SecretStoreException>();
        refusal.Which.ToString().Should().Contain("'token' isn't text").And.NotContainAny("hidden", "FF");
    }

    [Fact]
    public async Task a_file_without_an_end_isnt_read_to_it()
    {
        await Open().WriteAsync(Name, Value, CancellationToken.None);
        await using (var endless = new FileStream(TokenFile, FileMode.Open))
        {
            endless.SetLength(1L << 40);
        }

        var reading = Open().Awaiting(s => s.ReadAsync(Name, CancellationToken.None).AsTask());

        var refusal = await reading.Should().ThrowAsync<SecretStoreException>();
        refusal.Which.Message.Should().Contain("too long");
    }

    [Fact]
    public async Task what_a_killed_writer_left_is_swept_and_what_a_living_one_works_on_isnt()
    {
        var time = new FakeTimeProvider(DateTimeOffset.Parse("2026-05-01T12:00:00Z", null));
        Directory.CreateDirectory(Folder, OwnerOnlyFolder);
        var old = Path.Combine(Folder, ".token.secret.1.tmp");
        var young = Path.Combine(Folder, ".token.secret.2.tmp");
        await File.WriteAllTextAsync(old, Value);
        await File.WriteAllTextAsync(young, Value);
        File.SetLastWriteTimeUtc(old, time.GetUtcNow().UtcDateTime.AddSeconds(-61));
        File.SetLastWriteTimeUtc(young, time.GetUtcNow().UtcDateTime.AddSeconds(-59));

        await new FileSecretStore(Folder, time).WriteAsync(Name, "next", CancellationToken.None);
        File.Exists(old).Should().BeFalse();
        File.Exists(young).Should().BeTrue();

        time.Advance(TimeSpan.FromSeconds(2));
        await new FileSecretStore(Folder, time).DeleteAsync(Name, CancellationToken.None);
        Directory.EnumerateFileSystemEntries(Folder).Should().BeEmpty();
    }

    [Fact]
    public async Task other_processes_see_the_old_or_the_new_secret_whole()
    {
        const string reader = """
            import os, sys
            path, seen = sys.argv[1], set()
            print("ready", flush=True)
            while not os.path.exists(sys.argv[2]):
                with open(path) as file:
                    text = file.read()
                if len(text) not in (1000, 16000) or len(set(text)) != 1:
                    sys.exit(f"torn: {len(text)}")
                seen.add(text)
            print(len(seen))
            """;
        var end = Path.Combine(_temporary.FullName, "end");
        var store = Open();
        await store.WriteAsync(Name, new string('a', 1000), CancellationToken.None);
        string[] arguments = ["-c", reader, TokenFile, end];
        using var first = Process.Start(new ProcessStartInfo("python3", arguments) { RedirectStandardOutput = true })!;
        using var second = Process.Start(new ProcessStartInfo("python3", arguments) { RedirectStandardOutput = true })!;
        (await first.StandardOutput.ReadLineAsync()).Should().Be("ready");
        (await second.StandardOutput.ReadLineAsync()).Should().Be("ready");

        for (var i = 0; i < 200; i++)
        {
            await store.WriteAsync(Name, i % 2 == 0 ? new string('b', 16000) : new string('a', 1000), CancellationToken.None);
        }

        await File.WriteAllTextAsync(end, "");
        await first.WaitForExitAsync();
        await second.WaitForExitAsync();
        (first.ExitCode, second.ExitCode).Should().Be((0, 0));
    }

    [Fact]
    public void it_says_where_the_files_are() => Open().Description.Should().Be($"files in {Folder}");

    private async Task RefusesAsync(string because, string name, ISecretStore? store = null)
    {
        store ??= Open();
        foreach (var use in (Func<ISecretStore, Task>[])[
            s => s.ReadAsync(name, CancellationToken.None).AsTask(),
            s => s.WriteAsync(name, "written", CancellationToken.None).AsTask()])
        {
            var refusal = await store.Awaiting(use).Should().ThrowAsync<SecretStoreException>();
            refusal.Which.Message.Should().Contain(because).And.Contain(Folder);
            refusal.Which.ToString().Should().NotContain(Value);
        }
    }

    private static Task GiveAwayAsync(string path) =>
        Environment.IsPrivilegedProcess ? RunAsync("chown", "nobody", path) : RunAsync("sudo", "chown", "nobody", path);

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync();
        process.ExitCode.Should().Be(0);
    }
}
