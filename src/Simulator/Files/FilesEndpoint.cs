using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Latchkey.Simulator.Calls;
using Latchkey.Simulator.Delivery;

namespace Latchkey.Simulator.Files;

/// <summary><c>/v1/files</c>, the least of it. As in a real workspace, any key sees every file.</summary>
internal sealed class FilesEndpoint(RequestIds ids, TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, StoredFile> _files = new();

    public async ValueTask<Answer> Create(Call call)
    {
        var request = call.Http.Request;
        if (!request.HasFormContentType)
        {
            return ApiErrors.Invalid("file: a multipart/form-data body is required");
        }

        // The exchange has read the body already, to hash it.
        request.Body = new MemoryStream(call.Body, writable: false);
        IFormFile? sent;
        try
        {
            sent = (await request.ReadFormAsync(call.Http.RequestAborted)).Files.GetFile("file");
        }
        catch (InvalidDataException malformed)
        {
            return ApiErrors.Invalid("file: " + malformed.Message);
        }

        if (sent is null)
        {
            return ApiErrors.Invalid("file: Field required");
        }

        var bytes = new byte[sent.Length];
        await using var content = sent.OpenReadStream();
        await content.ReadExactlyAsync(bytes);
        var file = new StoredFile(ids.Next("file_"), sent.FileName, sent.ContentType ?? "application/octet-stream", bytes, clock.GetUtcNow());
        _files[file.Id] = file;
        return Answer.Json(JsonBytes.Of(file, Write));
    }

    public ValueTask<Answer> List(Call call)
    {
        var all = _files.Values.OrderByDescending(file => file.Id, StringComparer.Ordinal).ToList();
        return new(Answer.Json(JsonBytes.Of(all, static (json, files) =>
        {
            json.WriteStartObject();
            json.WriteStartArray("data");
            foreach (var file in files)
            {
                Write(json, file);
            }

            json.WriteEndArray();
            json.WriteBoolean("has_more", false);
            json.WriteString("first_id", files.Count == 0 ? null : files[0].Id);
            json.WriteString("last_id", files.Count == 0 ? null : files[^1].Id);
            json.WriteEndObject();
        })));
    }

    public ValueTask<Answer> Get(Call call) => new(Find(call) is { } file ? Answer.Json(JsonBytes.Of(file, Write)) : Unknown());

    public ValueTask<Answer> Content(Call call) => new(Find(call) is { } file ? new Answer.Body(file.Bytes, file.MediaType) : Unknown());

    public ValueTask<Answer> Delete(Call call)
    {
        if (Find(call) is not { } file)
        {
            return new(Unknown());
        }

        _files.TryRemove(file.Id, out _);
        return new(Answer.Json(JsonBytes.Of(file.Id, static (json, id) =>
        {
            json.WriteStartObject();
            json.WriteString("id", id);
            json.WriteString("type", "file_deleted");
            json.WriteEndObject();
        })));
    }

    private StoredFile? Find(Call call) => _files.GetValueOrDefault(call.Http.Request.RouteValues["id"] as string ?? "");

    private static Answer Unknown() => ApiErrors.NotFound("File not found");

    private static void Write(Utf8JsonWriter json, StoredFile file)
    {
        json.WriteStartObject();
        json.WriteString("id", file.Id);
        json.WriteString("type", "file");
        json.WriteString("filename", file.Name);
        json.WriteString("mime_type", file.MediaType);
        json.WriteNumber("size_bytes", file.Bytes.Length);
        json.WriteString("created_at", file.At.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture));
        json.WriteBoolean("downloadable", true);
        json.WriteEndObject();
    }

    private sealed record StoredFile(string Id, string Name, string MediaType, byte[] Bytes, DateTimeOffset At);
}
