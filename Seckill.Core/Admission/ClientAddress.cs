using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Seckill.Core.Admission;

/// <summary>Where a grab comes from, as far as a limiter tells senders apart: an IPv4 address, or the /64 of an IPv6 address.</summary>
/// <remarks>
/// A single subscriber gets a whole /64 at least (RFC 6177) and may send from any of its 2^64 addresses, so a shorter look would be no limit. An IPv4 address that a
/// dual-stack socket shows as IPv6 counts as itself.
/// </remarks>
/// <param name="Network">The first 64 bits; 0 for IPv4.</param>
/// <param name="Host">The IPv4 address after <c>ffff</c>; 1 for IPv6, so that no sender looks like none.</param>
public readonly record struct ClientAddress(ulong Network, ulong Host)
{
    /// <summary>False for the default: the sender is not known, as on a Unix socket, and is not counted.</summary>
    public bool IsKnown => Host != 0;

    /// <summary>The address of a connection; null gives the default.</summary>
    public static ClientAddress Of(IPAddress? address)
    {
        Span<byte> bytes = stackalloc byte[16];
        if (address is null || !address.TryWriteBytes(bytes, out int written))
        {
            return default;
        }

        if (written == 4)
        {
            return new ClientAddress(0, OfIPv4(bytes));
        }

        return address.AddressFamily is AddressFamily.InterNetworkV6 && address.IsIPv4MappedToIPv6
            ? new ClientAddress(0, OfIPv4(bytes[12..]))
            : new ClientAddress(BinaryPrimitives.ReadUInt64BigEndian(bytes), 1);
    }

    private static ulong OfIPv4(ReadOnlySpan<byte> bytes) => 0xffff_0000_0000UL | BinaryPrimitives.ReadUInt32BigEndian(bytes);
}
