namespace Seckill.Core.Push;

/// <summary>One message between nodes, see <see cref="BackplaneCodec"/> for the bytes.</summary>
/// <param name="Kind">What is asked.</param>
/// <param name="Origin">The sending node, which ignores its own message and to which answers go; empty when the sender holds no connections (Worker, Api).</param>
/// <param name="RequestId">Pairs an answer with its question; 0 where there is none.</param>
/// <param name="Targets">Connections, groups, users or ids, as <see cref="BackplaneKind"/> says.</param>
/// <param name="Excluded">Connections that must not get it.</param>
/// <param name="Payloads">The client message, once per hub protocol: name and bytes.</param>
public sealed record BackplaneMessage(
    BackplaneKind Kind,
    string Origin,
    long RequestId,
    IReadOnlyList<string> Targets,
    IReadOnlyList<string> Excluded,
    IReadOnlyList<KeyValuePair<string, ReadOnlyMemory<byte>>> Payloads);
