namespace Latchkey.Load.Measure;

/// <summary>What the client has seen of one load.</summary>
/// <param name="Seconds">How long the measured time was.</param>
/// <param name="Answers">Complete and right, within that time.</param>
/// <param name="Events">Of streams, within that time.</param>
/// <param name="Failures">Answers that never came, or with another status.</param>
/// <param name="Wrong">Answers with other bytes than the upstream's.</param>
/// <param name="First">To an answer's first byte.</param>
/// <param name="Whole">To its last.</param>
/// <param name="Event">From the sending of an event to its receipt.</param>
/// <param name="Last">From the sending of a stream's last event to the stream's end.</param>
/// <param name="Late">How late the client itself was.</param>
internal sealed record Seen(double Seconds, long Answers, long Events, long Failures, long Wrong, Times First, Times Whole, Times Event, Times Last, Times Late);

/// <summary>In microseconds.</summary>
internal sealed record Times(long Count, double P50, double P90, double P99, double Max);
