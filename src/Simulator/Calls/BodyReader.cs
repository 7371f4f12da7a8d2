namespace Latchkey.Simulator.Calls;

/// <summary>Reads a whole request body within a limit.</summary>
internal static class BodyReader
{
    /// <summary>The body, or null when it is larger than the limit.</summary>
    public static async ValueTask<byte[]?> ReadAsync(HttpRequest request, long maxBytes, CancellationToken cancellation)
    {
        if (request.ContentLength is { } length)
        {
            if (length > maxBytes)
            {
                return null;
            }

            var exact = new byte[length];
            await request.Body.ReadExactlyAsync(exact, cancellation);
            return exact;
        }

        using var gathered = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await request.Body.ReadAsync(buffer, cancellation)) > 0)
        {
            gathered.Write(buffer, 0, read);
            if (gathered.Length > maxBytes)
            {
                return null;
            }
        }

        return gathered.ToArray();
    }
}
