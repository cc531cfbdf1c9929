using System.Globalization;
using Seckill.Core.Diagnostics;
using Seckill.Core.Ids;
using Seckill.Core.Stock;

namespace Seckill.Core.Outbox;

/// <summary>
/// One packed entry of a bucket's outbox stream: all winners of one <c>grab.lua</c> call. Stream fields: <c>e</c> epoch, <c>v</c> version, <c>t</c> time of the
/// reservation in Unix ms, <c>p</c> winners as <c>orderId slot userId</c>, one a line (<c>\n</c> between them, none at the end); and only when some of them are traced <c>x</c>, their trace
/// contexts as <c>orderId traceparent</c>, one a line. Whoever reads passes over fields that it does not know, so that relays of before and after a new field read one another's entries.
/// </summary>
/// <param name="EntryId">The stream's id of the entry.</param>
/// <param name="Bucket">The bucket whose stream it stands in.</param>
/// <param name="Epoch">The bucket's epoch when the units were reserved.</param>
/// <param name="Version">The bucket's version after the batch.</param>
/// <param name="ReservedAt">When, by the clock of the Api node that asked.</param>
/// <param name="Winners">At least one.</param>
public sealed record OutboxEntry(
    string EntryId, StockBucket Bucket, long Epoch, long Version, DateTimeOffset ReservedAt, IReadOnlyList<OutboxWinner> Winners)
{
    /// <summary>Field names and values in turn, as the stream takes them.</summary>
    public object[] ToFields() =>
        ["e", Epoch, "v", Version, "t", ReservedAt.ToUnixTimeMilliseconds(), "p", string.Join('\n', Winners.Select(winner => $"{winner.Order} {winner.Slot} {winner.User}"))];

    /// <summary>Reads the packed winners.</summary>
    /// <exception cref="FormatException">A line is not <c>orderId slot userId</c>.</exception>
    public static IReadOnlyList<OutboxWinner> ParseWinners(string packed)
    {
        string[] lines = packed.Split('\n');
        OutboxWinner[] winners = new OutboxWinner[lines.Length];
        for (int i = 0; i < lines.Length; i++)
        {
            string[] parts = lines[i].Split(' ');
            if (parts.Length != 3 || !OrderId.TryParse(parts[0], out OrderId order) || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int slot)
                || !UserId.TryParse(parts[2], out UserId user))
            {
                throw new FormatException($"Winner {i} of a packed outbox entry is not 'orderId slot userId'.");
            }

            winners[i] = new OutboxWinner(order, slot, user);
        }

        return winners;
    }

    /// <summary>Gives winners their traces. A trace that is none, or nobody's, is passed over: for want of a trace no winner waits.</summary>
    internal static IReadOnlyList<OutboxWinner> WithTraces(IReadOnlyList<OutboxWinner> winners, string? packed)
    {
        if (string.IsNullOrEmpty(packed))
        {
            return winners;
        }

        Dictionary<string, string> traces = [];
        foreach (string[] parts in packed.Split('\n').Select(line => line.Split(' ')))
        {
            if (parts.Length == 2 && TraceContext.IsValid(parts[1]))
            {
                traces[parts[0]] = parts[1];
            }
        }

        return [.. winners.Select(winner => winner with { TraceParent = traces.GetValueOrDefault(winner.Order.ToString()) })];
    }
}
