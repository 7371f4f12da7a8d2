using Anthropic;
using Anthropic.Models.Messages;
using Latchkey.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Latchkey.Snippets;

/// <summary>The code of <c>docs/desktop.md</c>: a test holds the page to it.</summary>
public static class DesktopSnippets
{
    /// <summary>An app without a host.</summary>
    public static async Task<string> PlainAsync()
    {
        // snippet: plain
        await using var latchkey = new LatchkeyClient(LatchkeyOptions.Load());
        latchkey.StatusChanged += (_, status) => Console.WriteLine($"{status.State}: {status.Message} {status.Advice}");
        await latchkey.StartAsync();

        var claude = new AnthropicClient { HttpClient = latchkey.CreateHttpClient(), ApiKey = "by-latchkey" };
        var answer = await claude.Messages.Create(new MessageCreateParams
        {
            Model = "claude-haiku-5-5",
            MaxTokens = 256,
            Messages = [new UserMessageParam("Hello")],
        });
        // end
        return string.Concat(answer.Content.Select(block => block.TryPickText(out var text) ? text.Text : ""));
    }

    /// <summary>An app with a host: ASP.NET, MAUI, a worker.</summary>
    public static void Hosted(IServiceCollection services)
    {
        // snippet: hosted
        services.AddLatchkey(options => options.AppVersion = "1.4.2");
        services.AddSingleton(provider => new AnthropicClient
        {
            HttpClient = provider.GetRequiredService<LatchkeyClient>().CreateHttpClient(),
            ApiKey = "by-latchkey",
        });
        // end
    }

    /// <summary>A program that the app starts.</summary>
    public static async Task ChildAsync(LatchkeyClient latchkey)
    {
        ArgumentNullException.ThrowIfNull(latchkey);

        // snippet: child
        var access = await latchkey.GetAccessAsync();
        var start = new System.Diagnostics.ProcessStartInfo("my-tool");
        start.Environment["ANTHROPIC_BASE_URL"] = access.BaseAddress;
        start.Environment["ANTHROPIC_API_KEY"] = access.RevealKey();
        using var tool = System.Diagnostics.Process.Start(start);
        // end
    }

    /// <summary>What a user interface shows.</summary>
    public static async Task WordsAsync(LatchkeyClient latchkey)
    {
        ArgumentNullException.ThrowIfNull(latchkey);

        // snippet: trouble
        try
        {
            using var http = latchkey.CreateHttpClient();
            using var models = await http.GetAsync("/v1/models");
        }
        catch (LatchkeyException e)
        {
            // No way to Claude at the moment: words for the person, and what to do.
            Console.WriteLine(e.Status.Message + " " + e.Status.Advice);
        }
        // end
    }
}
