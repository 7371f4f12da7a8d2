using Latchkey.Gateway.DataPath.Accept;

namespace Latchkey.Gateway.DataPath.Measure;

/// <summary>5 Measure: what did it really use?</summary>
internal sealed class MeasureStage(ILogger<MeasureStage> log)
{
    /// <summary>A tap for the answer to this request.</summary>
    public ResponseTap NewTap(AcceptedRequest request) => new(log, request.Id);
}
