using Latchkey.Client.Tests.Support;
using Latchkey.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Latchkey.Client.Tests;

public class StopTests
{
    [Fact]
    public async Task after_a_stop_nothing_is_asked_any_more()
    {
        await using var desktop = await Desktop.StartAsync();
        var client = desktop.Open();
        await client.StartAsync();
        await client.GetAccessAsync();
        await client.StopAsync();
        var before = desktop.Gateway.HealthChecks;

        for (var i = 0; i < 50; i++)
        {
            desktop.Time.Advance(TimeSpan.FromHours(1));
            await Task.Yield();
        }

        desktop.Gateway.HealthChecks.Should().Be(before);
        desktop.Gateway.Refreshes.Should().BeEmpty();
    }

    [Fact]
    public async Task a_stop_does_not_wait_for_a_gateway_that_thinks()
    {
        await using var desktop = await Desktop.StartAsync();
        var client = desktop.Open();
        await client.StartAsync();
        var never = new TaskCompletionSource();
        desktop.Gateway.TokensWait = never.Task;
        await desktop.PassTimeUntilAsync(() => !desktop.Gateway.Refreshes.IsEmpty, TimeSpan.FromMinutes(5));

        await client.StopAsync();

        never.SetResult();
    }

    [Fact]
    public async Task a_listener_that_fails_stops_nothing()
    {
        await using var desktop = await Desktop.StartAsync();
        var client = desktop.Open();
        client.StatusChanged += (_, _) => throw new InvalidOperationException("a bug of the app's");

        await client.StartAsync();

        client.Status.State.Should().Be(LatchkeyState.Ready);
    }

    [Fact]
    public async Task a_hosted_app_starts_and_stops_it_with_the_host()
    {
        await using var gateway = await ContractServer.StartAsync();
        var folder = Directory.CreateTempSubdirectory("latchkey-hosted-");
        var services = new ServiceCollection().AddLatchkey(o =>
            (o.Enabled, o.BootstrapUrl, o.Folder, o.Store) = (true, gateway.BootstrapUrl, folder.FullName, SecretStoreChoice.File));
        await using (var provider = services.BuildServiceProvider())
        {
            var client = provider.GetRequiredService<LatchkeyClient>();
            var ready = new TaskCompletionSource();
            client.StatusChanged += (_, status) =>
            {
                if (status.State == LatchkeyState.Ready)
                {
                    ready.TrySetResult();
                }
            };
            var hosted = provider.GetServices<IHostedService>().Single();

            await hosted.StartAsync(CancellationToken.None);
            await ready.Task.WaitAsync(TimeSpan.FromSeconds(30));
            await hosted.StopAsync(CancellationToken.None);
        }

        gateway.Bootstraps.Should().HaveCount(1);
        folder.Delete(recursive: true);
    }
}
