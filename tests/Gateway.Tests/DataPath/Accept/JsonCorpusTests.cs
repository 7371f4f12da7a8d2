using System.Text;
using System.Text.Json;
using Latchkey.Gateway.DataPath.Accept;

namespace Latchkey.Gateway.Tests.DataPath.Accept;

public class JsonCorpusTests
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    [Fact]
    public void no_case_throws_for_any_kind_of_body()
    {
        foreach (var (name, body) in JsonCorpus.Cases())
        {
            foreach (var kind in Enum.GetValues<BodyKind>())
            {
                var read = () => Bodies.Peek(body, kind);
                read.Should().NotThrow(name);
            }
        }
    }

    [Fact]
    public void what_is_not_json_is_refused()
    {
        foreach (var (name, body) in Cases("n_"))
        {
            var message = Bodies.Peek(body).Should().BeOfType<PeekResult.Malformed>(name).Which.Message;
            if (!name.EndsWith("_alone", StringComparison.Ordinal))
            {
                message.Should().StartWith("body: ", name);
            }
        }
    }

    [Fact]
    public void what_every_parser_takes_passes()
    {
        foreach (var (name, body) in Cases("y_").Where(one => !one.Name.EndsWith("_alone", StringComparison.Ordinal)))
        {
            Bodies.Peek(body).Should().BeOfType<PeekResult.Peeked>(name);
        }
    }

    [Fact]
    public void the_verdicts_of_the_corpus_are_right()
    {
        JsonCorpus.Cases().Should().HaveCountGreaterThan(200);
        foreach (var (name, body) in JsonCorpus.Cases().Where(one => !one.Name.StartsWith("i_", StringComparison.Ordinal)))
        {
            var parse = () => JsonDocument.Parse(StrictUtf8.GetString(body)).Dispose();
            if (name.StartsWith("y_", StringComparison.Ordinal))
            {
                parse.Should().NotThrow(name);
            }
            else if (!IsJsonButNoObject(name))
            {
                parse.Should().Throw<Exception>(name).Which.Should().Match(e => e is JsonException || e is DecoderFallbackException);
            }
        }
    }

    private static bool IsJsonButNoObject(string name) => name is "n_document_array" or "n_document_string" or "n_document_null";

    private static IEnumerable<(string Name, byte[] Body)> Cases(string verdict) =>
        JsonCorpus.Cases().Where(one => one.Name.StartsWith(verdict, StringComparison.Ordinal));
}
