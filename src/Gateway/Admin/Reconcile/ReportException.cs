namespace Latchkey.Gateway.Admin.Reconcile;

/// <summary>Anthropic's reports can't be had. The message is for the operator and holds nothing of what was answered but its status and type.</summary>
internal sealed class ReportException(string message) : Exception(message);
