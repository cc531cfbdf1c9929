using Microsoft.Extensions.Options;
using Seckill.Core.GrabTokens;
using Seckill.Core.Ids;
using Seckill.Core.Tests.GrabTokens;
using Seckill.Core.WaitingRooms;
using Shouldly;
using Xunit;

namespace Seckill.Core.Tests.WaitingRooms;

public sealed class RoomTicketsTests
{
    private static readonly RoomTicket Ticket = new(new SaleId(42), new UserId("alice@shop"), 1_800_000_000_000_000, 17);

    [Fact]
    public void Ticket_SaysWhatWasWrittenIntoIt_AndIsWithinItsBound()
    {
        using TokenBench bench = new();
        RoomTickets tickets = Of(bench);
        RoomTicket longest = new(new SaleId(long.MaxValue), new UserId(new string('u', 64)), long.MaxValue, long.MaxValue);
        foreach (RoomTicket ticket in new[] { Ticket, longest })
        {
            string text = tickets.Issue(ticket, bench.Time.GetUtcNow());

            tickets.Verify(text, ticket.Sale, ticket.User, out RoomTicket read).ShouldBe(RoomTicketFault.None);
            read.ShouldBe(ticket);
            text.Length.ShouldBeLessThanOrEqualTo(RoomTickets.MaxLength);
        }
    }

    [Fact]
    public void AnotherUsersOrSales_IsForeign()
    {
        using TokenBench bench = new();
        RoomTickets tickets = Of(bench);
        string text = tickets.Issue(Ticket, bench.Time.GetUtcNow());

        tickets.Verify(text, Ticket.Sale, new UserId("mallory"), out RoomTicket read).ShouldBe(RoomTicketFault.Foreign);
        tickets.Verify(text, new SaleId(43), Ticket.User, out _).ShouldBe(RoomTicketFault.Foreign);
        read.ShouldBe(default);
    }

    [Fact]
    public void EveryFlippedBitAndEveryTruncation_IsForged()
    {
        using TokenBench bench = new();
        RoomTickets tickets = Of(bench);
        string text = tickets.Issue(Ticket, bench.Time.GetUtcNow());
        for (int i = 0; i < text.Length; i++)
        {
            Verify(tickets, text[..i]).ShouldBe(i == 0 ? RoomTicketFault.Missing : RoomTicketFault.Forged);
            for (int bit = 0; bit < 16; bit++)
            {
                char[] changed = text.ToCharArray();
                changed[i] = (char)(changed[i] ^ (1 << bit));
                Verify(tickets, new string(changed)).ShouldBe(RoomTicketFault.Forged, $"character {i}, bit {bit}");
            }
        }

        Verify(tickets, text + "A").ShouldBe(RoomTicketFault.Forged);
        Verify(tickets, new string('A', 100_000)).ShouldBe(RoomTicketFault.Forged);
        Verify(tickets, null).ShouldBe(RoomTicketFault.Missing);
    }

    /// <summary>One ring signs tickets, tokens and challenges: none is ever taken for another.</summary>
    [Fact]
    public void TicketsTokensAndChallenges_AreNeverTakenForOneAnother()
    {
        using TokenBench bench = new();
        RoomTickets tickets = Of(bench);

        Verify(tickets, bench.Signer.Issue(TokenBench.Ticket).Value).ShouldBe(RoomTicketFault.Forged);
        Verify(tickets, bench.Work.Ask(TokenBench.Ticket, 4).Text).ShouldBe(RoomTicketFault.Forged);
        bench.Verify(tickets.Issue(Ticket, bench.Time.GetUtcNow())).ShouldBe(GrabTokenFault.UnknownVersion);
    }

    [Fact]
    public void AnotherRingsTicket_IsForged()
    {
        using TokenBench ours = new();
        using TokenBench theirs = new(null, null, TokenBench.OldKey);

        Verify(Of(ours), Of(theirs).Issue(Ticket, ours.Time.GetUtcNow())).ShouldBe(RoomTicketFault.Forged);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4_999)]
    [InlineData(-4_999)]
    public void ClocksApartByLessThanTheSkew_AFreshTicketIsGood_AndAnOldOneExpires(int aheadMs)
    {
        using TokenBench bench = new();
        DateTimeOffset roomTime = bench.Time.GetUtcNow();
        string text = Of(bench).Issue(Ticket, roomTime);
        using TokenBench node = new(null, new ManualTime(roomTime.AddMilliseconds(aheadMs)));
        RoomTickets there = Of(node);

        Verify(there, text).ShouldBe(RoomTicketFault.None);
        node.Time.Advance(new WaitingRoomOptions().TicketLifetime - node.Settings.ClockSkew);
        Verify(there, text).ShouldBe(RoomTicketFault.None);
        node.Time.Advance(3 * node.Settings.ClockSkew);
        Verify(there, text).ShouldBe(RoomTicketFault.Expired);
    }

    private static RoomTicketFault Verify(RoomTickets tickets, string? text) => tickets.Verify(text, Ticket.Sale, Ticket.User, out _);

    private static RoomTickets Of(TokenBench bench) => new(bench.Keys, Options.Create(bench.Settings), Options.Create(new WaitingRoomOptions()), bench.Time);
}
