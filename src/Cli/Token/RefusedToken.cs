using System.Globalization;
using Latchkey.Cli.Connection;
using Latchkey.Client;

namespace Latchkey.Cli.Token;

/// <summary>
/// A gateway may refuse a token long before its end, when its secret was changed or the device was told to come anew. Claude Code then runs its helper
/// again at once, and says no more than that. So a helper that is asked for the same token twice within seconds asks the gateway whether it is still
/// good, and gets another one if it isn't: two refusals at most, of which the person sees nothing.
/// </summary>
internal sealed class RefusedToken(Session session, TimeProvider time)
{
    /// <summary>Between a refusal and the next question lie one or two seconds; between two ordinary questions lie minutes.</summary>
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(10);

    /// <summary>Claude Code waits for its helper; a gateway that doesn't answer by then says nothing about the token.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private string StampPath => Path.Combine(session.Options.Folder, "helper-asked");

    /// <summary>The access that is good to be printed: the one given, or its replacement.</summary>
    public async Task<LatchkeyAccess> ReplaceAsync(LatchkeyAccess access)
    {
        if (WasPrintedJustNow(access))
        {
            await TryAsync().ConfigureAwait(false);
            access = await session.Client.GetAccessAsync().ConfigureAwait(false);
        }

        Stamp(access);
        return access;
    }

    private bool WasPrintedJustNow(LatchkeyAccess access)
    {
        try
        {
            var age = time.GetUtcNow() - File.GetLastWriteTimeUtc(StampPath);
            return age >= TimeSpan.Zero && age < AtOnce && File.ReadAllText(StampPath) == Sign(access);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private void Stamp(LatchkeyAccess access)
    {
        try
        {
            File.WriteAllText(StampPath, Sign(access));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Then the next question is as good as the first.
        }
    }

    /// <summary>Makes a small call: the library renews a token that is refused.</summary>
    private async Task TryAsync()
    {
        using var http = session.Client.CreateHttpClient();
        http.Timeout = Patience;
        using var question = new HttpRequestMessage(HttpMethod.Get, "/v1/models?limit=1");
        question.Headers.Add("anthropic-version", "2023-06-01");
        try
        {
            using var answer = await http.SendAsync(question, HttpCompletionOption.ResponseHeadersRead).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            // No answer says nothing about the token.
        }
    }

    /// <summary>Its end tells a token from the one before, and nobody anything.</summary>
    private static string Sign(LatchkeyAccess access) => access.ExpiresAt?.ToString("O", CultureInfo.InvariantCulture) ?? "";
}
