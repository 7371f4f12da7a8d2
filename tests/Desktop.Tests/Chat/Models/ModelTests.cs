using Latchkey.Desktop.Chat.Models;
using Latchkey.Desktop.Tests.Support;
using Latchkey.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace Latchkey.Desktop.Tests.Chat.Models;

public class ModelTests
{
    [Theory]
    [InlineData("claude-sonnet-5-5", "Claude Sonnet 5.5")]
    [InlineData("claude-sonnet-4-5-20250929", "Claude Sonnet 4.5")]
    [InlineData("claude-opus-5", "Claude Opus 5")]
    [InlineData("claude-3-5-haiku-20241022", "Claude 3.5 Haiku")]
    [InlineData("custom", "Custom")]
    public void a_model_has_a_name(string id, string name) => KnownModels.NameOf(id).Should().Be(name);

    [Fact]
    public async Task the_list_is_anthropics_narrowed_to_what_the_token_allows()
    {
        await using var gateway = await TestGateway.StartAsync(settings: [("Latchkey:Models:Allowed", "claude-sonnet-4-5,claude-haiku-*")]);
        await using var app = await DesktopApp.StartAsync(gateway.Address);

        var list = await app.Services.GetRequiredService<ModelCatalog>().ListAsync(CancellationToken.None);

        list.IsFallback.Should().BeFalse();
        list.Choices.Should().Equal(
            new ModelChoice("claude-haiku-5-5", "Claude Haiku 5.5", 16_384),
            new ModelChoice("claude-haiku-4-5-20251001", "Claude Haiku 4.5", 16_384),
            new ModelChoice("claude-sonnet-4-5-20250929", "Claude Sonnet 4.5", 16_384));
        KnownModels.Best(list.Choices)!.Id.Should().Be("claude-haiku-5-5");
        KnownModels.Find(list.Choices, "claude-sonnet-4-5")!.Id.Should().Be("claude-sonnet-4-5-20250929");
    }

    [Fact]
    public async Task without_a_list_the_current_models_that_the_token_allows_are_offered()
    {
        await using var gateway = await TestGateway.StartAsync(settings: [("Latchkey:Models:Allowed", "claude-opus-*,claude-house-special")]);
        gateway.Scenarios.Set("status=500", path: "/v1/models");
        await using var app = await DesktopApp.StartAsync(gateway.Address);

        var list = await app.Services.GetRequiredService<ModelCatalog>().ListAsync(CancellationToken.None);

        list.IsFallback.Should().BeTrue();
        list.Choices.Select(c => c.Id).Should().Equal("claude-opus-5-5", "claude-house-special");
    }

    [Fact]
    public async Task without_any_way_there_is_still_a_list()
    {
        await using var app = await DesktopApp.StartAsync(gateway: null);

        var list = await app.Services.GetRequiredService<ModelCatalog>().ListAsync(CancellationToken.None);

        list.IsFallback.Should().BeTrue();
        KnownModels.Best(list.Choices)!.Id.Should().Be("claude-sonnet-5-5");
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("claude-*", true)]
    [InlineData("claude-sonnet-4-5", true)]
    [InlineData("claude-sonnet-4-5-20250929", true)]
    [InlineData("claude-sonnet-4", false)]
    [InlineData("claude-opus-*", false)]
    public void a_tokens_entry_covers(string? entry, bool allowed) =>
        KnownModels.Allows(entry is null ? null : [entry], "claude-sonnet-4-5-20250929").Should().Be(allowed);
}
