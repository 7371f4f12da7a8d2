using Latchkey.Claude;
using Latchkey.Gateway.DataPath.Settle;

namespace Latchkey.Gateway.Tests.Storage;

internal static class LedgerRows
{
    /// <summary>A row of the ledger, of a call that went well.</summary>
    public static UsageEntry Row(string id) => new()
    {
        RequestId = id,
        DeviceId = "a-device-0001",
        SessionId = "ses_1",
        Route = "messages",
        Stream = false,
        Model = "claude-sonnet-5-5",
        RequestBytes = 0,
        ResponseBytes = 0,
        Usage = Usage.None with { InputTokens = 7 },
        Quality = UsageQuality.Actual,
        CostNanoDollars = 1234,
        PriceVersion = "test",
        Status = 200,
        Ending = "completed",
        Fault = "none",
        StartedAt = DateTimeOffset.UnixEpoch,
        Latency = TimeSpan.FromMilliseconds(2.5),
    };

    /// <summary>A row in which every column that may be empty holds something.</summary>
    public static UsageEntry FullRow(string id) => Row(id) with
    {
        UpstreamRequestId = "req_up",
        UserId = "ann",
        OrgId = "acme",
        ClientSessionId = "client-session",
        ClientAgentId = "agent",
        ClientParentAgentId = "parent",
        Stream = true,
        ModelAsked = "sonnet",
        ModelAnswered = "claude-sonnet-5-5",
        Usage = Usage.None with { InputTokens = 7, OutputTokens = 9, CacheReadInputTokens = 11, CacheCreationInputTokens = 13 },
        Quality = UsageQuality.Estimated,
        QualityReason = "client_gone",
        UpstreamStatus = 200,
        Ending = "client_gone",
        Abort = "cancelled",
        Fault = "client",
        ErrorType = "api_error",
        StopReason = "end_turn",
        KeyFingerprint = "k1",
        FirstByteAfter = TimeSpan.FromMilliseconds(1.5),
        RequestBytes = 100,
        ResponseBytes = 3_000_000_000,
    };
}
