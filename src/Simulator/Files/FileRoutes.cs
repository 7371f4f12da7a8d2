using Latchkey.Simulator.Calls;

namespace Latchkey.Simulator.Files;

internal static class FileRoutes
{
    public static void MapFiles(this WebApplication app)
    {
        var files = app.Services.GetRequiredService<FilesEndpoint>();
        app.MapCalls(CallRules.Files, HttpMethods.Post, "/v1/files", files.Create);
        app.MapCalls(CallRules.Everything, HttpMethods.Get, "/v1/files", files.List);
        app.MapCalls(CallRules.Everything, HttpMethods.Get, "/v1/files/{id}", files.Get);
        app.MapCalls(CallRules.Everything, HttpMethods.Get, "/v1/files/{id}/content", files.Content);
        app.MapCalls(CallRules.Everything, HttpMethods.Delete, "/v1/files/{id}", files.Delete);
    }
}
