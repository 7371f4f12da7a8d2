using System.Diagnostics;

namespace Latchkey.EndToEnd.Tests.Durability;

/// <summary>What is wrong with a disk.</summary>
public enum DiskTrouble
{
    /// <summary>No space is left (ENOSPC).</summary>
    Full,

    /// <summary>Every write to a file fails (EFBIG), as on a broken or forbidden disk.</summary>
    Refusing,

    /// <summary>The folder is read-only (EROFS) for whoever opens something in it, and what is open can't be written.</summary>
    ReadOnly,
}

/// <summary>
/// A data folder whose disk stops taking anything when the test says so. The full one is a small file system that only the
/// gateway's process has mounted, so that it goes with it; the refusing one is a limit of that process on the size of files. The read-only one
/// is both: the kernel makes no file system read-only while somebody has files in it open for writing, so a read-only view of it is put on top.
/// </summary>
internal abstract class TroubledDisk : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("latchkey-disk-");

    private readonly DirectoryInfo _copies = Directory.CreateTempSubdirectory("latchkey-disk-copies-");

    public string Folder => _folder.FullName;

    /// <summary>Runs the gateway on this disk.</summary>
    public abstract IReadOnlyList<string> Wrapper { get; }

    /// <summary>Where nobody may mount anything (a container, say), the others are refusing ones too.</summary>
    public static async Task<TroubledDisk> MakeAsync(DiskTrouble trouble)
    {
        if (trouble is DiskTrouble.Refusing)
        {
            return new RefusingDisk();
        }

        TroubledDisk disk = trouble is DiskTrouble.Full ? new FullDisk() : new ReadOnlyDisk();
        if (await RunAsync("unshare", [.. disk.Wrapper.Skip(1), "true"]))
        {
            return disk;
        }

        await disk.DisposeAsync();
        TestContext.Current.TestOutputHelper?.WriteLine($"No file system can be mounted here: a limit on the size of files stands in for a disk that is {trouble}.");
        return new RefusingDisk();
    }

    /// <summary>
    /// The ledger as a crash would leave it now, in a copy: SQLite follows the way through <c>/proc</c> to the wrong place.
    /// </summary>
    public DurableLedger Ledger(string processId)
    {
        var copy = Directory.CreateDirectory(Path.Combine(_copies.FullName, Guid.NewGuid().ToString("N"))).FullName;
        var folder = FolderAsSeenFromOutside(processId);

        // The journal first, as rows only go from there to the database.
        foreach (var file in Directory.EnumerateFiles(folder, "ledger-*.journal").Append(Path.Combine(folder, "latchkey.db")).Append(Path.Combine(folder, "latchkey.db-wal")))
        {
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        }

        return new DurableLedger(copy);
    }

    public abstract Task BeginAsync(string processId);

    public abstract Task EndAsync(string processId);

    protected abstract string FolderAsSeenFromOutside(string processId);

    public ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        _copies.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    private static async Task<bool> RunAsync(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
        return process.ExitCode == 0;
    }

    /// <summary>Limits the size of every file of that process; what it does to files that are open already.</summary>
    private static async Task LimitAsync(string processId, string limit) =>
        (await RunAsync("prlimit", ["--pid", processId, $"--fsize={limit}"])).Should().BeTrue("the limit should be set");

    private abstract class MountedDisk : TroubledDisk
    {
        // Root needs no user namespace, and systems may forbid them.
        private static readonly string[] Namespaces = Environment.IsPrivilegedProcess ? ["--mount"] : ["--user", "--map-root-user", "--mount"];

        // Without the trap the signal that comes with a file's limit would end the process.
        public override IReadOnlyList<string> Wrapper =>
        [
            "unshare", .. Namespaces, "bash", "-c", "trap '' XFSZ; mount -t tmpfs -o size=4m latchkey \"$0\" && echo process $$ && exec \"$@\"", Folder,
        ];

        protected override string FolderAsSeenFromOutside(string processId) => $"/proc/{processId}/root{Folder}";
    }

    private sealed class FullDisk : MountedDisk
    {
        public override async Task BeginAsync(string processId)
        {
            await using var ballast = new FileStream(BallastOf(processId), FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
            var page = new byte[4096];
            while (true)
            {
                try
                {
                    await ballast.WriteAsync(page);
                }
                catch (IOException)
                {
                    return;
                }
            }
        }

        public override Task EndAsync(string processId)
        {
            File.Delete(BallastOf(processId));
            return Task.CompletedTask;
        }

        private string BallastOf(string processId) => Path.Combine(FolderAsSeenFromOutside(processId), "ballast");
    }

    private sealed class ReadOnlyDisk : MountedDisk
    {
        private static readonly string[] Namespaces = Environment.IsPrivilegedProcess ? ["--mount"] : ["--user", "--preserve-credentials", "--mount"];

        public override async Task BeginAsync(string processId)
        {
            await InsideAsync(processId, "mount --bind \"$0\" \"$0\" && mount -o remount,ro,bind \"$0\"");
            await LimitAsync(processId, "0:unlimited");
        }

        public override async Task EndAsync(string processId)
        {
            await LimitAsync(processId, "unlimited:unlimited");
            await InsideAsync(processId, "umount --lazy \"$0\"");
        }

        private async Task InsideAsync(string processId, string command) =>
            (await RunAsync("nsenter", ["--target", processId, .. Namespaces, "sh", "-c", command, Folder])).Should().BeTrue("{0} should work", command);
    }

    private sealed class RefusingDisk : TroubledDisk
    {
        // Without the trap the signal that comes with the error would end the process.
        public override IReadOnlyList<string> Wrapper => ["bash", "-c", "trap '' XFSZ; echo process $$; exec \"$@\"", "refusing"];

        protected override string FolderAsSeenFromOutside(string processId) => Folder;

        public override Task BeginAsync(string processId) => LimitAsync(processId, "0:unlimited");

        public override Task EndAsync(string processId) => LimitAsync(processId, "unlimited:unlimited");
    }
}
