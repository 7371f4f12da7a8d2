namespace Latchkey.Load;

/// <summary>What the client does; the names are those of its arguments (native/client.c).</summary>
/// <param name="Call">What is asked for.</param>
/// <param name="Size">How large the request is.</param>
/// <param name="Kind">How calls follow each other.</param>
/// <param name="Count">Connections, calls a second, or streams.</param>
/// <param name="Seconds">How long calls are begun.</param>
/// <param name="BusySeconds">How long busy streams run.</param>
internal sealed record Load(string Call, string Size, string Kind, int Count, double Seconds, int BusySeconds = 0);
