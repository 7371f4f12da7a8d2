using System.Text.Json;

namespace Latchkey.Load.Reporting;

/// <summary>What a run has shown, as it is kept.</summary>
/// <param name="Machine">Where.</param>
/// <param name="Day">When.</param>
/// <param name="RoundCount">How often each sample was taken.</param>
/// <param name="Samples">All of them.</param>
internal sealed record RunResults(string Machine, DateOnly Day, int RoundCount, IReadOnlyList<Sample> Samples)
{
    private static readonly JsonSerializerOptions Readable = new(JsonSerializerOptions.Web) { WriteIndented = true };

    /// <summary>Answers that never came, or came with other bytes.</summary>
    public double Mistakes => Samples.Sum(s => s.Figures["failures"] + s.Figures["wrong"]);

    public static RunResults Load(string path) => JsonSerializer.Deserialize<RunResults>(File.ReadAllText(path), Readable)!;

    public void Save(string path) => File.WriteAllText(path, JsonSerializer.Serialize(this, Readable));

    public bool Has(string peer) => Samples.Any(s => s.Peer == peer);

    /// <summary>A figure of each round in which it was measured.</summary>
    public IReadOnlyDictionary<int, double> Of(string row, string peer, string figure) =>
        Samples.Where(s => s.Row == row && s.Peer == peer && s.Figures.ContainsKey(figure)).ToDictionary(s => s.Round, s => s.Figures[figure]);
}
