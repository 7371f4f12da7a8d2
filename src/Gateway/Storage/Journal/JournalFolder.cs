using System.Globalization;
using System.Security.Cryptography;

namespace Latchkey.Gateway.Storage.Journal;

/// <summary>Where the segments are, and how big they are made.</summary>
/// <param name="path">The data folder.</param>
/// <param name="segmentSize">Bytes after which another segment is begun.</param>
/// <param name="growth">Bytes by which a segment is made longer, ahead of what is written to it.</param>
internal sealed class JournalFolder(string path, int segmentSize = 16 << 20, int growth = 256 << 10)
{
    private const string Prefix = "ledger-";
    private const string Extension = ".journal";
    private const string Damaged = ".damaged";

    public int SegmentSize => segmentSize;

    public int Growth => growth;

    /// <summary>Whether a segment was put aside because parts of it can't be read.</summary>
    public bool HasDamaged => Directory.EnumerateFiles(path, $"{Prefix}*{Extension}{Damaged}").Any();

    private string SparePath => Path.Combine(path, "ledger.spare");

    private string NewPath => Path.Combine(path, "ledger.new");

    public string PathOf(long number) => Path.Combine(path, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{number:D6}{Extension}"));

    /// <summary>The numbers of all segments, in order.</summary>
    public IReadOnlyList<long> Numbers() =>
    [
        .. Directory.EnumerateFiles(path, $"{Prefix}*{Extension}")
            .Select(file => long.TryParse(Path.GetFileNameWithoutExtension(file)[Prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0)
            .Where(number => number > 0)
            .Order(),
    ];

    /// <summary>Begins a segment; it and its name are on the disk when it returns. An old one that was kept for that is used again.</summary>
    public JournalSegment Begin(long number, int previousEnd)
    {
        // Whatever happens on the way, there is no segment of this number, or a whole one.
        if (File.Exists(SparePath))
        {
            File.Move(SparePath, NewPath, overwrite: true);
        }

        var header = new JournalHeader(number, BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long))), previousEnd, JournalColumns.Current);
        var segment = new JournalSegment(header, Disk.Open(NewPath, FileMode.OpenOrCreate), growth);
        try
        {
            segment.EnsureRoom(JournalHeader.Size + 1);
            segment.Write(header.ToBytes(), 0);
            File.Move(NewPath, PathOf(number), overwrite: true);
            Disk.SyncFolder(path);
            return segment;
        }
        catch
        {
            segment.Dispose();
            throw;
        }
    }

    /// <summary>Nothing in it is needed any more: one such file is kept to be used again, as one that is there needn't be made.</summary>
    public void Recycle(long number)
    {
        if (File.Exists(SparePath))
        {
            File.Delete(PathOf(number));
        }
        else
        {
            File.Move(PathOf(number), SparePath);
        }
    }

    /// <summary>Keeps it for whoever wants to see what can still be saved.</summary>
    public void PutAside(long number) => File.Move(PathOf(number), PathOf(number) + Damaged, overwrite: true);
}
