using System.Buffers.Binary;
using System.Text;
using Microsoft.Extensions.Options;
using Seckill.Core.GrabTokens;
using Seckill.Core.Ids;
using Seckill.Core.Signing;

namespace Seckill.Core.WaitingRooms;

/// <summary>
/// Issues and verifies tickets, in the shape of <see cref="SignedText"/>. The payload: <c>version (1 byte) | key id (4) | sale (8) | epoch (8) | place (8) | expiry, Unix ms (8) | user</c>; integers
/// are big-endian, the user is a length byte and ASCII. Stateless and thread-safe.
/// </summary>
/// <remarks>
/// A ticket admits nobody and saves nobody's place: Redis knows who has which. It says <em>which</em> place a page speaks for, so that a page of yesterday cannot give today's place back, and a
/// room that Redis forgot can tell its people so. The ring is that of the grab tokens, which a sale with a room needs anyway; the version keeps the kinds apart.
/// </remarks>
public sealed class RoomTickets
{
    /// <summary>Longest ticket in characters; a common one has about 110.</summary>
    public const int MaxLength = (((MaxBytes * 4) + 2) / 3) + SignedText.DotAndSignature;

    private const byte Version = 0x41;
    private const int AtEpoch = SignedText.HeadBytes + sizeof(long);
    private const int AtPlace = AtEpoch + sizeof(long);
    private const int AtExpiry = AtPlace + sizeof(long);
    private const int AtUser = AtExpiry + sizeof(long);
    private const int MaxBytes = AtUser + 1 + IdText.MaxLength;

    private readonly GrabTokenKeys _keys;
    private readonly TimeProvider _time;
    private readonly TimeSpan _lifetime;
    private readonly TimeSpan _skew;

    /// <summary>Takes the options once; a change needs a restart.</summary>
    public RoomTickets(GrabTokenKeys keys, IOptions<GrabTokenOptions> tokens, IOptions<WaitingRoomOptions> options, TimeProvider time)
    {
        (_keys, _time) = (keys, time);
        (_lifetime, _skew) = (options.Value.TicketLifetime, tokens.Value.ClockSkew);
    }

    /// <summary>Issues a ticket.</summary>
    /// <param name="ticket">What it says.</param>
    /// <param name="at">The time of the room, which is that of Redis: whatever clock this node has, tickets of one room end in the order in which they were issued.</param>
    public string Issue(in RoomTicket ticket, DateTimeOffset at)
    {
        Span<byte> payload = stackalloc byte[MaxBytes];
        HmacKey key = SignedText.WriteHead(_keys, Version, payload);
        BinaryPrimitives.WriteInt64BigEndian(payload[SignedText.HeadBytes..], ticket.Sale.Value);
        BinaryPrimitives.WriteInt64BigEndian(payload[AtEpoch..], ticket.Epoch);
        BinaryPrimitives.WriteInt64BigEndian(payload[AtPlace..], ticket.Place);
        BinaryPrimitives.WriteInt64BigEndian(payload[AtExpiry..], (at + _lifetime).ToUnixTimeMilliseconds());
        int end = AtUser;
        PayloadText.Write(ticket.User.Value, payload, ref end);
        return SignedText.Seal(key, payload[..end]);
    }

    /// <summary>Checks a ticket: nothing inside is believed before the signature is.</summary>
    /// <param name="text">What claims to be one; any text, or null for none.</param>
    /// <param name="sale">The sale that it must be for.</param>
    /// <param name="user">The user whose it must be.</param>
    /// <param name="ticket">What it says when the answer is <see cref="RoomTicketFault.None"/>; else default.</param>
    public RoomTicketFault Verify(string? text, SaleId sale, UserId user, out RoomTicket ticket)
    {
        ticket = default;
        if (string.IsNullOrEmpty(text))
        {
            return RoomTicketFault.Missing;
        }

        Span<byte> payload = stackalloc byte[MaxBytes];
        int at = AtUser;
        if (SignedText.Open(_keys, text, Version, payload, out int bytes) is not SignedTextFault.None
            || !PayloadText.TryRead(payload[..bytes], ref at, out ReadOnlySpan<byte> owner) || at != bytes)
        {
            return RoomTicketFault.Forged;
        }

        if (BinaryPrimitives.ReadInt64BigEndian(payload[SignedText.HeadBytes..]) != sale.Value || !Ascii.Equals(owner, user.Value))
        {
            return RoomTicketFault.Foreign;
        }

        if (_time.GetUtcNow().ToUnixTimeMilliseconds() >= BinaryPrimitives.ReadInt64BigEndian(payload[AtExpiry..]) + (long)_skew.TotalMilliseconds)
        {
            return RoomTicketFault.Expired;
        }

        ticket = new RoomTicket(sale, user, BinaryPrimitives.ReadInt64BigEndian(payload[AtEpoch..]), BinaryPrimitives.ReadInt64BigEndian(payload[AtPlace..]));
        return RoomTicketFault.None;
    }
}
