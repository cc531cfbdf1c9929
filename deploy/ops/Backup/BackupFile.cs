namespace Seckill.Ops.Backup;

/// <summary>One file of a backup.</summary>
/// <param name="Name">Its name in the backup's directory.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Its SHA-256, hex.</param>
internal sealed record BackupFile(string Name, long Bytes, string Sha256);
