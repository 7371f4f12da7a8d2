namespace Latchkey.Architecture.Tests;

public class StageTests
{
    [Fact]
    public void stage_names_are_in_travel_order()
    {
        House.Stages.Should().BeInAscendingOrder(StringComparer.Ordinal);
        Directory.GetDirectories(Path.Combine(House.Root, "src/Gateway/DataPath")).Select(Path.GetFileName)
            .Should().BeEquivalentTo(House.Stages);
    }

    [Fact]
    public void a_stage_knows_only_the_stages_before_it()
    {
        var wrong =
            from use in House.Uses
            let user = House.StageOf(use.From)
            let used = House.StageOf(use.To)
            where user is not null && used is not null && string.CompareOrdinal(used, user) > 0
            select use;

        wrong.Should().BeEmpty();
    }

    [Fact]
    public void a_stage_doesnt_know_what_runs_it() =>
        House.Uses.Where(u => House.StageOf(u.From) is not null && House.RoomOf(u.To) == "DataPath" && House.StageOf(u.To) is null)
            .Should().BeEmpty();

    [Theory]
    [InlineData("Authorize")]
    [InlineData("Measure")]
    [InlineData("Settle")]
    public void decisions_are_plain_objects(string stage) =>
        House.Uses.Where(u =>
                House.StageOf(u.From) == stage
                && !u.From.EndsWith("Stage", StringComparison.Ordinal)
                && u.To is "Microsoft.AspNetCore.Http.HttpContext" or "Microsoft.AspNetCore.Http.HttpRequest" or "Microsoft.AspNetCore.Http.HttpResponse"
                    or "Microsoft.AspNetCore.Http.IHttpContextAccessor")
            .Should().BeEmpty();

    [Fact]
    public void the_rule_about_http_sees_something() =>
        House.Uses.Should().Contain(u => u.From == "Latchkey.Gateway.DataPath.Exchange" && u.To == "Microsoft.AspNetCore.Http.HttpContext");
}
