namespace Latchkey.Claude;

/// <summary>Gets the values that a <see cref="JsonTopLevelReader"/> was asked for.</summary>
internal interface IJsonValueHandler
{
    /// <summary>A whole value, as JSON text with blanks around it; it may be broken JSON if the document is.</summary>
    void OnValue(string key, ReadOnlySpan<byte> json);

    /// <summary>The value was there, but beyond its cap.</summary>
    void OnTooLong(string key);
}
