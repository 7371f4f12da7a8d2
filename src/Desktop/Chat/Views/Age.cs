namespace Latchkey.Desktop.Chat.Views;

/// <summary>How long ago a day was, in words.</summary>
internal static class Age
{
    public static string Of(DateTime day, DateTime today) => (today - day).TotalDays switch
    {
        < 1 => "Today",
        < 2 => "Yesterday",
        < 8 => "Last 7 days",
        < 31 => "Last 30 days",
        _ => "Earlier",
    };
}
