namespace Seckill.Integration.Fuzz;

/// <summary>A request as it goes over the wire.</summary>
/// <param name="Bytes">All of it.</param>
/// <param name="IsHttp">Whether it is written as HTTP wants it, so that it has an answer.</param>
internal sealed record ForgedRequest(byte[] Bytes, bool IsHttp);
