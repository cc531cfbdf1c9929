namespace Seckill.Local.Stack;

/// <summary>Servers that somebody else runs; null where the stack starts its own.</summary>
/// <param name="Redis"><c>host:port[,password=…]</c>.</param>
/// <param name="Kafka">Bootstrap list; the topics must exist.</param>
/// <param name="MySql">ADO.NET connection string.</param>
public sealed record ExternalServers(string? Redis = null, string? Kafka = null, string? MySql = null)
{
    /// <summary>Reads <c>SECKILL__REDIS</c>, <c>SECKILL__KAFKA</c> and <c>SECKILL__MYSQL</c>.</summary>
    public static ExternalServers FromEnvironment() => new(Read("SECKILL__REDIS"), Read("SECKILL__KAFKA"), Read("SECKILL__MYSQL"));

    private static string? Read(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
