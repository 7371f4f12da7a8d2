using System.Buffers;
using System.Text;
using CsCheck;
using Latchkey.Gateway.DataPath.Accept;

namespace Latchkey.Gateway.Tests.DataPath.Accept;

public class SegmentationTests
{
    private static readonly byte[] Agent = Encoding.UTF8.GetBytes(Bodies.Agent);

    [Fact]
    public void a_cut_at_any_byte_changes_nothing()
    {
        foreach (var (text, kind) in new[] { (Bodies.Agent, BodyKind.Messages), (Bodies.Batch, BodyKind.Batch) })
        {
            var body = Encoding.UTF8.GetBytes(text);
            var whole = Bodies.Describe(Bodies.Peek(body, kind));
            whole.Should().NotStartWith("Malformed");
            for (var cut = 0; cut <= body.Length; cut++)
            {
                Bodies.Describe(BodyPeek.Read(Bodies.Cut(body, cut), kind)).Should().Be(whole, "cut at {0}", cut);
            }
        }
    }

    [Fact]
    public void one_byte_a_segment_changes_nothing_in_any_case_of_the_corpus()
    {
        foreach (var (name, body) in JsonCorpus.Cases().Where(one => one.Body.Length is > 0 and < 10_000))
        {
            var singles = Bodies.Cut(body, [.. Enumerable.Range(1, body.Length - 1)]);
            var (cut, whole) = (BodyPeek.Read(singles, BodyKind.Messages), Bodies.Peek(body));

            Bodies.Describe(cut).Should().Be(Bodies.Describe(whole), name);
        }
    }

    [Fact]
    public void any_mutation_of_a_real_body_has_one_result_however_it_is_cut_and_none_throws()
    {
        var mutation = Gen.Select(Gen.Int[0, Agent.Length - 1], Gen.OneOf(Gen.Byte, Gen.OneOf("\"\\{}[],:u0e-"u8.ToArray())), Gen.Int[0, 3]);
        Gen.Select(mutation.Array[1, 4], Gen.Int[0, Agent.Length].Array[0, 6], Gen.Enum<BodyKind>()).Sample((mutations, cuts, kind) =>
        {
            var body = Agent.ToList();
            foreach (var (at, value, what) in mutations)
            {
                var index = Math.Min(at, body.Count - 1);
                switch (what)
                {
                    case 0:
                        body.RemoveAt(index);
                        break;
                    case 1:
                        body.Insert(index, value);
                        break;
                    default:
                        body[index] = value;
                        break;
                }
            }

            byte[] bytes = [.. body];
            int[] sorted = [.. cuts.Select(cut => Math.Min(cut, bytes.Length)).Order()];
            return Bodies.Describe(Bodies.Peek(bytes, kind)) == Bodies.Describe(BodyPeek.Read(Bodies.Cut(bytes, sorted), kind));
        }, iter: 20_000);
    }

    [Fact]
    public void utf8_is_judged_the_same_across_seams() =>
        Gen.Select(Gen.OneOf<byte>(0x41, 0x80, 0xBF, 0xC2, 0xC0, 0xE0, 0xA0, 0xED, 0x9F, 0xF0, 0x90, 0xF4, 0x8F, 0xF5).Array[1, 8], Gen.Int[0, 8].Array[0, 5])
            .Sample((bytes, cuts) =>
            {
                int[] sorted = [.. cuts.Select(cut => Math.Min(cut, bytes.Length)).Order()];
                return BodyPeekText.IsUtf8(Bodies.Cut(bytes, sorted)) == BodyPeekText.IsUtf8(new ReadOnlySequence<byte>(bytes));
            }, iter: 50_000);
}
