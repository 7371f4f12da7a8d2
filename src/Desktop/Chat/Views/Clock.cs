using System.Globalization;

namespace Latchkey.Desktop.Chat.Views;

/// <summary>Times as the person's clock shows them.</summary>
internal static class Clock
{
    /// <summary>The time, with the day in front when it isn't today.</summary>
    public static string Of(DateTimeOffset instant, TimeProvider time)
    {
        var local = TimeZoneInfo.ConvertTime(instant, time.LocalTimeZone);
        var sameDay = local.Date == time.GetLocalNow().Date;
        return local.ToString(sameDay ? "HH:mm:ss" : "d MMM yyyy, HH:mm", CultureInfo.InvariantCulture);
    }
}
