using Latchkey.Simulator.Calls;

namespace Latchkey.Simulator.Messages;

internal static class MessageRoutes
{
    public static void MapMessages(this WebApplication app)
    {
        var messages = app.Services.GetRequiredService<MessagesEndpoint>();
        app.MapCalls(CallRules.Messages, HttpMethods.Post, "/v1/messages", messages.Create);
        app.MapCalls(CallRules.Messages, HttpMethods.Post, "/v1/messages/count_tokens", MessagesEndpoint.CountTokens);
        app.MapCalls(CallRules.Messages, HttpMethods.Post, "/v1/complete", messages.Complete);
    }
}
