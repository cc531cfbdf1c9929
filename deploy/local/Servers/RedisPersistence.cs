namespace Seckill.Local.Servers;

/// <summary>How Redis keeps its data.</summary>
public enum RedisPersistence
{
    /// <summary>In memory only: a restart is empty.</summary>
    None,

    /// <summary>Append-only file, flushed once a second: a power cut loses at most about a second, a killed process nothing.</summary>
    EverySecond,

    /// <summary>Append-only file, flushed before each reply.</summary>
    Always,
}
