namespace Latchkey.Gateway.Admin.Usage;

/// <summary>The store that has the answers is away. The room Storage throws it, whichever question was asked.</summary>
/// <param name="why">What people are told; names no secret.</param>
internal sealed class ReportsAwayException(string why) : Exception(why);
