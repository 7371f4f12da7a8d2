using System.Text;
using CsCheck;
using Latchkey.Claude;
using Latchkey.Gateway.DataPath.Settle;
using Latchkey.Gateway.Storage.Journal;
using Latchkey.Gateway.Storage.Usage;

namespace Latchkey.Gateway.Tests.Storage.Journal;

public class JournalFormatTests
{
    private static readonly JournalHeader Header = new(7, 0x1122334455667788, 0, JournalColumns.Current);
    private static readonly JournalColumns Columns = JournalColumns.Parse(JournalColumns.Current);

    // Not every char is text: a lone surrogate has no UTF-8.
    private static readonly Gen<string> Texts = Gen.String.Select(text => new string([.. text.Where(c => !char.IsSurrogate(c))])).Select(Gen.Int[0, 3], (text, n) => n == 0 ? text + "😀" : text);

    private static readonly Gen<long> Integers = Gen.OneOf(Gen.Long, Gen.Const(long.MinValue), Gen.Const(long.MaxValue), Gen.Long[-1, 1]);

    private static readonly Gen<UsageEntry> Rows =
        from texts in Texts.Array[12]
        from holes in Gen.Bool.Array[12]
        from numbers in Integers.Array[4]
        from status in Gen.Int
        from micros in Gen.Long[0, 1L << 50]
        from quality in Gen.Enum<UsageQuality>()
        select LedgerRows.Row(texts[0]) with
        {
            Kind = texts[1],
            DeviceId = texts[2],
            UserId = holes[0] ? null : texts[3],
            OrgId = holes[1] ? null : texts[4],
            ClientSessionId = holes[2] ? null : texts[5],
            ModelAsked = holes[3] ? null : texts[6],
            ErrorType = holes[4] ? null : texts[7],
            KeyFingerprint = holes[5] ? null : texts[8],
            UpstreamStatus = holes[6] ? null : status,
            FirstByteAfter = holes[7] ? null : TimeSpan.FromMicroseconds(micros),
            Stream = holes[8],
            Unpriced = holes[9],
            Quality = quality,
            CostNanoDollars = numbers[0],
            RequestBytes = numbers[1],
            ResponseBytes = numbers[2],
            StartedAt = Instants.From(micros),
            Usage = Usage.None with { InputTokens = numbers[3] },
        };

    private static readonly Gen<List<LedgerEvent>> News =
        Gen.Select(Texts, Texts, Gen.Long[0, 1L << 50], Texts, (id, type, at, data) => new LedgerEvent(id, type, Instants.From(at), data)).List[0, 3];

    [Fact]
    public void every_row_and_every_event_comes_back_as_it_was() => Gen.Select(Rows, News).Sample((row, news) =>
    {
        var content = Content(row, news);
        var (values, events) = Read(content);

        values.Should().Equal(UsageColumns.All.Select(c => c.Value(row)));
        events.Should().Equal(news);
        Columns.TryReadKey(content, out var id, out var kind).Should().BeTrue();
        (id, kind).Should().Be((row.RequestId, row.Kind));
    }, iter: 500);

    [Fact]
    public void content_that_makes_no_sense_is_none_and_breaks_nothing() => Gen.Byte.Array[0, 200].Sample(
        bytes =>
        {
            Columns.TryReadKey(bytes, out _, out _);
            var reader = new RowReader(bytes);
            reader.TryReadPresent(out _);
            while (reader.TryReadText(out ReadOnlySpan<byte> _) && reader.TryReadInteger(out _) && reader.TryReadCount(out _))
            {
            }
        },
        iter: 2000);

    [Fact]
    public void groups_are_read_as_they_were_written() => Gen.Byte.Array[0, 100].Array[1, 5].Array[1, 4].Sample(
        groups =>
        {
            var found = Scan(Segment(groups));
            found.Contents.Select(Convert.ToHexString).Should().Equal(groups.SelectMany(g => g).Select(Convert.ToHexString));
            found.Damages.Should().BeEmpty();
        },
        iter: 500);

    [Fact]
    public void whatever_is_cut_off_the_rest_is_read_and_nothing_else() => Gen.Select(Gen.Byte.Array[0, 100].Array[1, 5].Array[1, 4], Gen.Double[0, 1]).Sample(
        (groups, where) =>
        {
            var whole = Segment(groups);
            var found = Scan(whole[..(int)(whole.Length * where)]);
            var written = groups.SelectMany(g => g).Select(Convert.ToHexString).ToList();

            found.Contents.Select(Convert.ToHexString).Should().Equal(written.Take(found.Contents.Count));
            found.Damages.Should().BeEmpty("a torn tail is what a crash leaves");
        },
        iter: 500);

    [Fact]
    public void a_flipped_bit_costs_one_record_and_is_noticed() => Gen.Select(Gen.Byte.Array[1, 100].Array[1, 5].Array[1, 4], Gen.Double[0, 1], Gen.Int[0, 7]).Sample(
        (groups, where, bit) =>
        {
            var segment = Segment(groups);
            segment[(int)((segment.Length - 1) * where)] ^= (byte)(1 << bit);
            var found = Scan(segment);
            var written = groups.SelectMany(g => g).Select(Convert.ToHexString).ToList();

            found.Contents.Count.Should().Be(written.Count - 1, "bytes that fill a record up are checked too");
            found.Contents.Select(Convert.ToHexString).Should().BeSubsetOf(written);
            var lost = found.Damages.Count + found.Torn + (found.End < JournalHeader.Size + segment.Length ? 1 : 0);
            lost.Should().Be(1);
        },
        iter: 1000);

    [Fact]
    public void damage_inside_the_last_group_is_a_torn_write_and_any_other_is_told()
    {
        byte[][][] groups = [[[1], [2], [3]], [[4], [5], [6]]];
        var size = (int)JournalRecord.SizeOf(1);

        Scan(Broken(4)).Should().Match<Found>(f => f.Torn == 1 && f.Damages.Count == 0 && f.Contents.Count == 5);
        Scan(Broken(1)).Should().Match<Found>(f => f.Torn == 0 && f.Damages.Count == 1 && f.Contents.Count == 5);
        Scan(Broken(2)).Should().Match<Found>(f => f.Torn == 0 && f.Damages.Count == 1, "the group before was on the disk when this one was begun");

        byte[] Broken(int record)
        {
            var segment = Segment(groups);
            segment[(size * record) + JournalRecord.HeaderSize] ^= 1;
            return segment;
        }
    }

    [Fact]
    public void what_an_earlier_use_of_the_file_has_left_is_no_record()
    {
        var segment = Segment([[[1], [2]]]);

        new JournalScan(segment, Header with { Salt = 1 }, JournalHeader.Size).MoveNext().Should().BeFalse();
    }

    [Fact]
    public void a_record_within_a_clients_text_is_none()
    {
        var inner = Segment([[[1]]], Header with { Salt = 99 });
        var segment = Segment([[[.. Enumerable.Repeat((byte)0, 8), .. inner], [2]], [[3]]]);
        segment[JournalRecord.HeaderSize] ^= 1;

        Scan(segment).Contents.Select(c => c[0]).Should().Equal(2, 3);
    }

    [Fact]
    public void a_header_comes_back_and_survives_the_loss_of_one_of_its_blocks()
    {
        var bytes = Header.ToBytes();
        JournalHeader.Read(bytes).Should().Be(Header);
        bytes[100] ^= 1;
        JournalHeader.Read(bytes).Should().Be(Header);
        bytes[5000] ^= 1;
        JournalHeader.Read(bytes).Should().BeNull();
        JournalHeader.Read(bytes.AsSpan(0, 100)).Should().BeNull();
    }

    [Fact]
    public void columns_of_another_version_are_found_by_name()
    {
        var columns = JournalColumns.Parse("trequest_id,tkind,igone,tdevice_id,tstatus");

        Enumerable.Range(0, columns.Count).Select(columns.PlaceOf).Should().Equal(
            [0, 1, -1, UsageColumns.All.ToList().FindIndex(c => c.Name == "device_id"), -1], "one of another type is another column");
        columns.AreOthers.Should().BeTrue();
        Columns.AreOthers.Should().BeFalse();
        UsageColumns.All.Count.Should().BeLessThanOrEqualTo(RowWriter.MaxColumns);
    }

    [Fact]
    public void the_check_is_crc_32c() => Crc32C.Of(Encoding.ASCII.GetBytes("123456789")).Should().Be(0xE3069283);

    private static byte[] Content(UsageEntry row, IReadOnlyList<LedgerEvent> news)
    {
        var buffer = new JournalBuffer();
        RowWriter.Write(buffer, row, news);
        return buffer.Written.ToArray();
    }

    private static (List<object?> Values, List<LedgerEvent> Events) Read(byte[] content)
    {
        var reader = new RowReader(content);
        reader.TryReadPresent(out var present).Should().BeTrue();
        var values = new List<object?>();
        for (var i = 0; i < Columns.Count; i++)
        {
            if ((present & (1UL << i)) == 0)
            {
                values.Add(null);
            }
            else if (Columns.IsText(i))
            {
                reader.TryReadText(out string text).Should().BeTrue();
                values.Add(text);
            }
            else
            {
                reader.TryReadInteger(out var number).Should().BeTrue();
                values.Add(number);
            }
        }

        reader.TryReadCount(out var count).Should().BeTrue();
        var events = new List<LedgerEvent>();
        for (var i = 0; i < count; i++)
        {
            reader.TryReadText(out string id).Should().BeTrue();
            reader.TryReadText(out string type).Should().BeTrue();
            reader.TryReadInteger(out var at).Should().BeTrue();
            reader.TryReadText(out string data).Should().BeTrue();
            events.Add(new LedgerEvent(id, type, Instants.From(at), data));
        }

        return (values, events);
    }

    /// <summary>The records of a segment, without its header.</summary>
    private static byte[] Segment(byte[][][] groups, JournalHeader? header = null)
    {
        var bytes = new List<byte>();
        foreach (var group in groups)
        {
            var begin = JournalHeader.Size + bytes.Count;
            foreach (var content in group)
            {
                var record = new byte[JournalRecord.SizeOf(content.Length)];
                content.CopyTo(record, JournalRecord.HeaderSize);
                new JournalRecord(JournalRecordKind.Settle, content.Length, begin).Seal(record, (header ?? Header).Salt);
                bytes.AddRange(record);
            }
        }

        return [.. bytes];
    }

    private static Found Scan(byte[] bytes)
    {
        var scan = new JournalScan(bytes, Header, JournalHeader.Size);
        var (contents, lastGroup) = (new List<byte[]>(), 0);
        while (scan.MoveNext())
        {
            contents.Add(scan.Content.ToArray());
            lastGroup = Math.Max(lastGroup, scan.Record.Group);
        }

        return new Found(contents, [.. scan.Damages.Where(d => !d.IsTorn(lastGroup))], scan.Damages.Count(d => d.IsTorn(lastGroup)), scan.End);
    }

    private sealed record Found(List<byte[]> Contents, List<JournalDamage> Damages, int Torn, int End);
}
