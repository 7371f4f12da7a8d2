namespace Latchkey.Client.Tokens;

/// <summary>
/// One renewal at a time for all processes of this person: an exclusive lock on a file, which the system lets go of when its process ends,
/// however it ends.
/// </summary>
internal sealed class ProcessLock : IDisposable
{
    /// <summary>Longer than any renewal takes: whoever holds it then is stuck, and two renewals are better than none.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly FileStream? _file;

    private ProcessLock(FileStream? file) => _file = file;

    /// <summary>False when the wait was given up, or the file can't be had.</summary>
    public bool IsHeld => _file is not null;

    public static async Task<ProcessLock> AcquireAsync(string path, TimeProvider time, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                return new ProcessLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0));
            }
            catch (IOException) when (time.GetElapsedTime(started) < Patience)
            {
                // No system tells when a file's lock is let go; the spread keeps those who wait from meeting again.
                await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(10, 40)), time, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return new ProcessLock(null);
            }
        }
    }

    public void Dispose() => _file?.Dispose();
}
