namespace Latchkey.Gateway.Storage;

internal sealed class StorageOptions
{
    public const string Section = "Latchkey:Storage";

    /// <summary>Folder of the SQLite file and the generated secrets; <c>./data</c> by default.</summary>
    public string DataDirectory { get; set; } = "./data";
}
