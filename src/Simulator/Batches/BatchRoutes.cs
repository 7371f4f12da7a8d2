using Latchkey.Simulator.Calls;

namespace Latchkey.Simulator.Batches;

internal static class BatchRoutes
{
    public static void MapBatches(this WebApplication app)
    {
        var batches = app.Services.GetRequiredService<BatchesEndpoint>();
        app.MapCalls(CallRules.Batches, HttpMethods.Post, "/v1/messages/batches", batches.Create);
        app.MapCalls(CallRules.Everything, HttpMethods.Get, "/v1/messages/batches", batches.List);
        app.MapCalls(CallRules.Everything, HttpMethods.Get, "/v1/messages/batches/{id}", batches.Get);
        app.MapCalls(CallRules.Everything, HttpMethods.Delete, "/v1/messages/batches/{id}", batches.Delete);
        app.MapCalls(CallRules.Everything, HttpMethods.Post, "/v1/messages/batches/{id}/cancel", batches.Cancel);
        app.MapCalls(CallRules.Everything, HttpMethods.Get, "/v1/messages/batches/{id}/results", batches.Results);
    }
}
