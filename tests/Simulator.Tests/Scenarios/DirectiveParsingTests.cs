using Latchkey.Simulator.Scenarios;

namespace Latchkey.Simulator.Tests.Scenarios;

public class DirectiveParsingTests
{
    [Fact]
    public void spaces_and_semicolons_separate()
    {
        var scenario = ScenarioParser.Parse("status=529; retry-after=3;x-should-retry=false no-request-id");

        scenario.Status.Should().Be(529);
        scenario.RetryAfter.Should().Be("3");
        scenario.ShouldRetry.Should().Be("false");
        scenario.NoRequestId.Should().BeTrue();
    }

    [Fact]
    public void quoted_texts_and_objects_may_hold_separators_and_brackets()
    {
        var scenario = ScenarioParser.ParseWithin("""see [simulate: text="a ]; \"b\" ü" usage={"input_tokens": 5, "x": "]"} events=2] and on""");

        scenario!.Text.Should().Be("a ]; \"b\" ü");
        scenario.Usage!.Value.GetProperty("input_tokens").GetInt32().Should().Be(5);
        scenario.Events.Should().Be(2);
    }

    [Fact]
    public void the_last_directive_of_a_text_is_in_force() =>
        ScenarioParser.ParseWithin("[simulate: status=500] then [simulate: status=529]")!.Status.Should().Be(529);

    [Fact]
    public void a_text_without_directives_has_none() => ScenarioParser.ParseWithin("simulate: status=500]").Should().BeNull();

    [Theory]
    [InlineData("stats=500", "unknown directive `stats`")]
    [InlineData("status=200", "a whole number from 400 to 599")]
    [InlineData("status", "a whole number")]
    [InlineData("encoding=zip", "gzip, br, deflate")]
    [InlineData("events=-1", "a whole number")]
    [InlineData("chunking=often", "a whole number")]
    [InlineData("stall=1,2,3", "one value, or two")]
    [InlineData("usage=[]", "a JSON object")]
    [InlineData("usage={", "no JSON value")]
    [InlineData("content=text,video", "a list of")]
    [InlineData("garbage=maybe", "no value, true or false")]
    [InlineData("text", "a text")]
    [InlineData("=5", "unknown directive ``")]
    public void what_cannot_be_understood_is_refused(string directives, string because)
    {
        var parse = () => ScenarioParser.Parse(directives);

        parse.Should().Throw<DirectiveException>().Which.Message.Should().Contain(because);
    }

    [Fact]
    public void a_bracket_that_is_never_closed_is_refused()
    {
        var parse = () => ScenarioParser.ParseWithin("[simulate: status=500");

        parse.Should().Throw<DirectiveException>();
    }

    [Fact]
    public void the_readme_explains_every_directive()
    {
        var readme = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Simulator.README.md"));

        Directives.Names.Where(name => !readme.Contains($"| `{name}", StringComparison.Ordinal)).Should().BeEmpty();
    }
}
