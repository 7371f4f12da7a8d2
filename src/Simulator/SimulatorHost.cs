using Latchkey.Simulator.Batches;
using Latchkey.Simulator.Bookkeeping;
using Latchkey.Simulator.Calls;
using Latchkey.Simulator.Catalog;
using Latchkey.Simulator.Control;
using Latchkey.Simulator.Files;
using Latchkey.Simulator.Messages;
using Latchkey.Simulator.Reports;
using Latchkey.Simulator.Scenarios;
using Latchkey.Simulator.Scripts;
using Latchkey.Simulator.Tokens;

namespace Latchkey.Simulator;

/// <summary>Builds the stand-in for Anthropic's API. All of its state belongs to the one application that is returned.</summary>
internal static class SimulatorHost
{
    /// <param name="args">The command line: <c>--urls</c> and <c>--Simulator:*</c> options.</param>
    /// <param name="clock">What pauses and cache lifetimes go by, for tests.</param>
    public static WebApplication Create(string[] args, TimeProvider? clock = null)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // Each route has its own limit, checked by us: Kestrel's 30,000,000 bytes lie below Anthropic's 32 MB.
            kestrel.Limits.MaxRequestBodySize = null;
            // A test may read or write as slowly as it likes.
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
        });

        builder.Services.AddOptions<SimulatorOptions>().BindConfiguration(SimulatorOptions.Section);
        builder.Services.AddSingleton(clock ?? TimeProvider.System);
        builder.Services.AddSingleton<Tally>();
        builder.Services.AddSingleton<ScenarioBook>();
        builder.Services.AddSingleton<ScriptBook>();
        builder.Services.AddSingleton<PromptCache>();
        builder.Services.AddSingleton<RequestIds>();
        builder.Services.AddSingleton<Credentials>();
        builder.Services.AddSingleton<Exchange>();
        builder.Services.AddSingleton<ReplyPlanner>();
        builder.Services.AddSingleton<MessagesEndpoint>();
        builder.Services.AddSingleton<BatchesEndpoint>();
        builder.Services.AddSingleton<FilesEndpoint>();
        builder.Services.AddSingleton<BilledUsage>();
        builder.Services.AddSingleton<UsageReportEndpoint>();
        builder.Services.AddSingleton<CostReportEndpoint>();
        builder.Services.AddSingleton<ApiKeysEndpoint>();

        var app = builder.Build();
        app.MapMessages();
        app.MapCatalog();
        app.MapBatches();
        app.MapFiles();
        app.MapReports();
        app.MapControl();
        app.MapCalls(CallRules.Everything, "/{**path}", call => new(ApiErrors.NotFound("Not found")));
        return app;
    }
}
