namespace Latchkey.Client.Secrets;

/// <summary>A file for each secret, in a folder that nobody else can look into.</summary>
internal sealed class FileSecretStore(string folder, TimeProvider? time = null) : ISecretStore
{
    private readonly PrivateFolder _files = new(folder, time ?? TimeProvider.System);

    public string Description => $"files in {_files.FullName}";

    public ValueTask<string?> ReadAsync(string name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(SecretRules.Decode(name, _files.Read(FileOf(name))));
    }

    public ValueTask WriteAsync(string name, string value, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return _files.WriteAsync(FileOf(name), SecretRules.Encode(name, value), cancellationToken);
    }

    public ValueTask DeleteAsync(string name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _files.Delete(FileOf(name));
        return ValueTask.CompletedTask;
    }

    private static string FileOf(string name)
    {
        SecretRules.CheckName(name);
        return $"{name}.secret";
    }
}
