namespace Latchkey.Desktop.Chat.Models;

internal static partial class ModelsLog
{
    [LoggerMessage(2001, LogLevel.Information, "The list of models can't be had: {Error}")]
    public static partial void ModelListUnavailable(this ILogger logger, string error);
}
