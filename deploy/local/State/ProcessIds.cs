namespace Seckill.Local.State;

/// <summary>Process ids; null for a server that somebody else runs. <c>Stack</c> supervises the others and carries Kafka.</summary>
public sealed record ProcessIds(int Api, int Worker, int Hub, int? Redis, int? Mariadb, int Stack);
