using System.Security.Cryptography;
using System.Text.Json;
using Seckill.Ops.Connection;

namespace Seckill.Ops.Backup;

/// <summary><c>manifest.json</c> of a backup: what it holds, of which moment, and how to tell that it is whole.</summary>
/// <param name="Format">The layout of the directory; another one is refused.</param>
/// <param name="TakenAt">The moment of the cut, by the clock of the machine that took it.</param>
/// <param name="PausedMs">How long Redis took no writes for it.</param>
/// <param name="Engine">The version of the engine whose command took it.</param>
/// <param name="SchemaVersion">The highest migration that the database had finished.</param>
/// <param name="Keys">Keys in Redis at the cut.</param>
/// <param name="RedisVersion">What the data came from.</param>
/// <param name="MySqlVersion">What the data came from.</param>
/// <param name="Files">Every file of the backup but this one.</param>
internal sealed record BackupManifest(
    int Format, DateTimeOffset TakenAt, long PausedMs, string Engine, int SchemaVersion, long Keys, string RedisVersion, string MySqlVersion, IReadOnlyList<BackupFile> Files)
{
    /// <summary>The layout that this build writes and reads.</summary>
    public const int CurrentFormat = 1;

    /// <summary>Redis's own snapshot format.</summary>
    public const string RedisFile = "redis.rdb";

    /// <summary>SQL statements, gzip.</summary>
    public const string MySqlFile = "mysql.sql.gz";

    private const string Name = "manifest.json";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Writes it into a directory, flushed to disk.</summary>
    /// <exception cref="OpsException">The disk does not take it.</exception>
    public async Task WriteAsync(string directory, CancellationToken stop)
    {
        try
        {
            await using FileStream file = new(Path.Combine(directory, Name), FileMode.CreateNew, FileAccess.Write);
            await JsonSerializer.SerializeAsync(file, this, Json, stop);
            file.Flush(flushToDisk: true);
        }
        catch (IOException fault)
        {
            throw new OpsException($"{Name} cannot be written, and nothing of the backup is left: {fault.Message}");
        }
    }

    /// <summary>Reads it, and holds every file against it.</summary>
    /// <exception cref="OpsException">There is no backup, or it is not whole, or of another layout.</exception>
    public static async Task<BackupManifest> ReadVerifiedAsync(string directory, CancellationToken stop)
    {
        BackupManifest manifest;
        try
        {
            await using FileStream file = File.OpenRead(Path.Combine(directory, Name));
            manifest = await JsonSerializer.DeserializeAsync<BackupManifest>(file, Json, stop) ?? throw new JsonException("it is empty");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new OpsException($"{directory} is no backup: {Name} cannot be read ({fault.Message}).");
        }

        if (manifest.Format != CurrentFormat)
        {
            throw new OpsException($"{directory} has layout {manifest.Format}; this build reads layout {CurrentFormat}.");
        }

        // A manifest that somebody has edited may lack a member, whatever its type says.
        if (manifest.Files is null || !manifest.Files.Select(file => file.Name).Order(StringComparer.Ordinal).SequenceEqual([MySqlFile, RedisFile]))
        {
            throw new OpsException($"{directory} is not whole: the manifest does not name {MySqlFile} and {RedisFile}.");
        }

        foreach (BackupFile expected in manifest.Files)
        {
            string path = Path.Combine(directory, expected.Name);
            if (!File.Exists(path))
            {
                throw new OpsException($"{directory} is not whole: {expected.Name} is missing.");
            }

            await using FileStream file = File.OpenRead(path);
            if (file.Length != expected.Bytes || Convert.ToHexStringLower(await SHA256.HashDataAsync(file, stop)) != expected.Sha256)
            {
                throw new OpsException($"{directory} is not whole: {expected.Name} is not what was written.");
            }
        }

        return manifest;
    }
}
