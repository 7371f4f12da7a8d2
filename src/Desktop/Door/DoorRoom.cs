using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Latchkey.Desktop.Door;

internal static class DoorRoom
{
    public static IServiceCollection AddDoor(this IServiceCollection services)
    {
        services.TryAddSingleton<DoorKey>();
        return services;
    }

    /// <summary>Before any other middleware.</summary>
    public static void UseDoor(this WebApplication app) => app.UseMiddleware<DoorMiddleware>();

    /// <summary>The address that lets one window in, once. The host has started.</summary>
    public static Uri NewAddress(this WebApplication app) =>
        new(new Uri(app.Urls.Single()), $"{DoorRule.EnterPath}?code={app.Services.GetRequiredService<DoorKey>().NewCode()}");
}
