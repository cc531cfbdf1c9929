namespace Seckill.Local;

/// <summary>A directory under the system's temporary one, deleted with its contents when disposed. Dispose the servers that live in it first.</summary>
public sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("seckill-").FullName;

    /// <summary>A path inside.</summary>
    public string Combine(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose()
    {
        if (Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
