namespace Latchkey.Gateway.DataPath.Forward;

/// <summary>
/// An answer broke off after its head was sent. Thrown once everything is written down, so that the server ends the
/// connection instead of the answer: a client must not take a part for the whole.
/// </summary>
internal sealed class AnswerBrokenException() : Exception("The upstream's answer broke off.");
