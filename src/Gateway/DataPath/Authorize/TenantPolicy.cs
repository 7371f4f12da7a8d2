using Latchkey.Gateway.DataPath.Accept;
using Latchkey.Gateway.DataPath.Authenticate;

namespace Latchkey.Gateway.DataPath.Authorize;

/// <summary>Keeps one device's batches and files from another's hands on the shared upstream key.</summary>
internal sealed class TenantPolicy(IOwnership ownership)
{
    /// <summary>Null when everything that the request names is the caller's own.</summary>
    public async ValueTask<Refusal?> CheckAsync(Caller caller, AcceptedRequest request, CancellationToken cancellation)
    {
        var kind = request.Route.Kind;
        if (kind is RouteKind.Shared)
        {
            return Refusal.Policy("Lists of batches and files aren't served: they would show those of other devices. Keep the ids that you were given.");
        }

        if (request.Match.ResourceId is { } id)
        {
            var owned = kind switch
            {
                RouteKind.Batch or RouteKind.BatchResults => OwnedKind.Batch,
                RouteKind.File => OwnedKind.File,
                _ => (OwnedKind?)null,
            };
            if (owned is { } what && !await ownership.OwnsAsync(caller.DeviceId, what, id, cancellation))
            {
                return NotYours(what == OwnedKind.Batch ? "batch" : "file");
            }
        }

        foreach (var tenantId in request.Peeked?.TenantIds ?? [])
        {
            if (tenantId.Kind is not TenantIdKind.File)
            {
                return Refusal.Policy($"{NameOf(tenantId.Kind)} isn't allowed: on the shared upstream key it could reach what belongs to another device.");
            }

            if (!await ownership.OwnsAsync(caller.DeviceId, OwnedKind.File, tenantId.Value, cancellation))
            {
                return NotYours("file");
            }
        }

        return null;
    }

    // Not 404: Claude Code takes that for a missing model and hides the words.
    private static Refusal NotYours(string what) => Refusal.Policy($"That {what} wasn't made by this device through this gateway.");

    private static string NameOf(TenantIdKind kind) => kind switch
    {
        TenantIdKind.Container => "container",
        TenantIdKind.ThreadMessage => "thread.previous_message_id",
        TenantIdKind.DiagnosticsMessage => "diagnostics.previous_message_id",
        TenantIdKind.FallbackCredit => "fallback_credit_token",
        TenantIdKind.BillingPolicy => "billing_policy",
        _ => "That id",
    };
}
