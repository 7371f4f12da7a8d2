using System.Text;
using CsCheck;
using Latchkey.Cli.Run;

namespace Latchkey.Cli.Tests.Run;

public class RawArgumentsTests
{
    [Fact]
    public void every_argument_goes_on_as_the_bytes_that_it_came_as() =>
        Gen.Byte[1, 255].Array[0, 6].Array[1, 6].Sample(arguments =>
        {
            byte[] commandLine = [.. arguments.SelectMany(a => (byte[])[.. a, 0])];
            var raw = RawArguments.Of(commandLine);

            foreach (var argument in arguments)
            {
                raw.BytesOf(Encoding.UTF8.GetString(argument)).Should().Equal(argument);
            }
        });

    [Fact]
    public void a_replacement_character_that_was_meant_stays_one() => RawArguments.Of("a\uFFFDb\0"u8).BytesOf("a\uFFFDb").Should().Equal(Encoding.UTF8.GetBytes("a\uFFFDb"));
}
