using Latchkey.Desktop.Chat.Answers;
using Latchkey.Desktop.Chat.Conversations;
using Latchkey.Desktop.Chat.Models;
using Latchkey.Desktop.Storage;

namespace Latchkey.Desktop.Chat;

internal static class ChatRoom
{
    public static IServiceCollection AddChat(this IServiceCollection services)
    {
        services.AddSingleton<ConversationStore>();
        services.AddSingleton(provider => new ConversationBook(
            provider.GetRequiredService<ConversationStore>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<FirstRunOfMany>().IsFirst));
        services.AddSingleton<Drafts>();
        services.AddSingleton<ClaudeAnswers>();
        services.AddSingleton<ModelCatalog>();
        services.AddSingleton<AnswerDesk>();
        services.AddHostedService(provider => provider.GetRequiredService<AnswerDesk>());
        return services;
    }
}
