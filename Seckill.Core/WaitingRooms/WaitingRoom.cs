using Microsoft.Extensions.Options;
using Seckill.Core.Admission;
using Seckill.Core.Grab;
using Seckill.Core.Ids;
using Seckill.Core.Sales;
using StackExchange.Redis;

namespace Seckill.Core.WaitingRooms;

/// <summary>Joins, looks and leaves: the waiting room as a page sees it. And the door: who may ask for a grab token. Thread-safe.</summary>
/// <remarks>
/// Visits of a user are limited like grabs of a user (<see cref="AdmissionOptions.UserLimit"/>), but counted for themselves: who waits impatiently has his grabs left. Tickets are checked before
/// Redis is asked. Nothing here is thrown: a Redis that is away is an answer. Failure windows: docs/waiting-room.md.
/// </remarks>
public sealed class WaitingRoom
{
    private static readonly TimeSpan RetryUnavailable = TimeSpan.FromSeconds(1);

    /// <summary>A full room has places again as fast as it admits; when one is free, nobody knows: others want it too.</summary>
    private static readonly TimeSpan RetryFull = TimeSpan.FromSeconds(5);

    private readonly GrabHandler _grabs;
    private readonly RoomStore _store;
    private readonly RoomTickets _tickets;
    private readonly SlidingWindowLimiter<UserId> _visitors;
    private readonly TimeSpan _silence;

    internal WaitingRoom(GrabHandler grabs, RoomStore store, RoomTickets tickets, IOptions<AdmissionOptions> limits, IOptions<WaitingRoomOptions> options, TimeProvider time)
    {
        (_grabs, _store, _tickets) = (grabs, store, tickets);
        _visitors = new(limits.Value.UserLimit, limits.Value.UserWindow, limits.Value.MaxCountedUsers, AdmissionMetrics.Uncounted, time);
        _silence = options.Value.Silence;
    }

    /// <summary>Takes a place, or finds the one that the user has, however many tickets he holds; admits at once while fewer come than the rate.</summary>
    /// <returns>Waiting, Admitted, Refused, NoRoom, Full, Throttled or Unavailable.</returns>
    public async Task<RoomVisit> JoinAsync(SaleId saleId, UserId user) =>
        Enter(saleId, user, out Sale? sale) ?? await PageAsync(sale!, user, RoomAsk.Join, default);

    /// <summary>Says where a ticket stands, and counts its page as heard.</summary>
    /// <returns>What <see cref="JoinAsync"/> does but Full; or PlaceLost, Emptied, TicketInvalid or TicketExpired. After each of these four joining gives a place.</returns>
    public async Task<RoomVisit> LookAsync(SaleId saleId, UserId user, string? ticketText)
    {
        RoomTicket ticket = default;
        return Enter(saleId, user, out Sale? sale) ?? Check(ticketText, saleId, user, out ticket) ?? await PageAsync(sale!, user, RoomAsk.Look, ticket);
    }

    /// <summary>Gives the place of a ticket back.</summary>
    /// <param name="saleId">The sale; whether it is open does not matter.</param>
    /// <param name="user">Whose place.</param>
    /// <param name="ticketText">The ticket.</param>
    /// <param name="pageClosed">True: unless it is heard of again soon, see <see cref="WaitingRoomOptions.ClosingGrace"/>.</param>
    /// <returns>Left, also when the place was lost before; or TicketInvalid, TicketExpired, Throttled or Unavailable.</returns>
    public async Task<RoomVisit> LeaveAsync(SaleId saleId, UserId user, string? ticketText, bool pageClosed)
    {
        RoomTicket ticket = default;
        if ((Throttle(user) ?? Check(ticketText, saleId, user, out ticket)) is { } refusal)
        {
            return refusal;
        }

        try
        {
            if (await _store.LeaveAsync(ticket, pageClosed))
            {
                RoomMetrics.Left.Add(1);
            }

            return new RoomVisit(RoomOutcome.Left);
        }
        catch (Exception fault) when (fault is RedisException or TimeoutException)
        {
            return Refused(RoomOutcome.Unavailable, RetryUnavailable);
        }
    }

    /// <summary>May this user ask for a grab token? For a sale that has a room.</summary>
    /// <returns>Null when admitted; else Waiting, NotJoined, Throttled or Unavailable.</returns>
    internal async ValueTask<RoomVisit?> TurnAwayAsync(Sale sale, UserId user)
    {
        RoomVisit visit = Throttle(user) ?? await AskAsync(sale, user, RoomAsk.Look, default);
        return visit.Outcome switch
        {
            RoomOutcome.Admitted => null,
            RoomOutcome.PlaceLost => visit with { Outcome = RoomOutcome.NotJoined },
            _ => visit,
        };
    }

    /// <summary>What keeps a page out whatever its ticket: no such room, a sale that takes no grabs, or too many visits. No I/O.</summary>
    private RoomVisit? Enter(SaleId saleId, UserId user, out Sale? sale)
    {
        if (_grabs.Foresee(saleId, user, out sale) is { } grab)
        {
            RoomMetrics.Refused(Enum.GetName(grab.Outcome)!);
            return new RoomVisit(RoomOutcome.Refused, Refusal: grab);
        }

        return sale!.Admission.WaitingRoom is null ? Refused(RoomOutcome.NoRoom) : Throttle(user);
    }

    private RoomVisit? Throttle(UserId user) => _visitors.Count(user) is { Ticks: > 0 } wait ? Refused(RoomOutcome.Throttled, wait) : null;

    private RoomVisit? Check(string? ticketText, SaleId saleId, UserId user, out RoomTicket ticket)
    {
        RoomTicketFault fault = _tickets.Verify(ticketText, saleId, user, out ticket);
        if (fault is RoomTicketFault.None)
        {
            return null;
        }

        RoomMetrics.Refused(Enum.GetName(fault)!);
        return new RoomVisit(fault is RoomTicketFault.Expired ? RoomOutcome.TicketExpired : RoomOutcome.TicketInvalid);
    }

    private async Task<RoomVisit> PageAsync(Sale sale, UserId user, RoomAsk ask, RoomTicket ticket)
    {
        RoomVisit visit = await AskAsync(sale, user, ask, ticket);
        return visit.Outcome is RoomOutcome.Waiting or RoomOutcome.Admitted
            ? visit with { Ticket = _tickets.Issue(new RoomTicket(sale.Id, user, visit.Standing.Epoch, visit.Standing.Place), visit.Standing.At) }
            : visit;
    }

    private async Task<RoomVisit> AskAsync(Sale sale, UserId user, RoomAsk ask, RoomTicket ticket)
    {
        SaleWaitingRoom room = sale.Admission.WaitingRoom!;
        RoomStanding standing;
        try
        {
            standing = await _store.VisitAsync(sale.Id, room, ask, user, ticket);
        }
        catch (Exception fault) when (fault is RedisException or TimeoutException)
        {
            return Refused(RoomOutcome.Unavailable, RetryUnavailable);
        }

        return standing.Answer switch
        {
            RoomAnswer.Waiting => new RoomVisit(RoomOutcome.Waiting, standing, standing.EstimateAt(room.AdmitPerSecond), standing.LookEvery(_silence)),
            RoomAnswer.Admitted => new RoomVisit(RoomOutcome.Admitted, standing),
            RoomAnswer.Full => Refused(RoomOutcome.Full, RetryFull),
            RoomAnswer.Emptied => Refused(RoomOutcome.Emptied),
            _ => Refused(RoomOutcome.PlaceLost),
        };
    }

    private static RoomVisit Refused(RoomOutcome outcome, TimeSpan wait = default)
    {
        RoomMetrics.Refused(Enum.GetName(outcome)!);
        return new RoomVisit(outcome, Wait: wait);
    }
}
