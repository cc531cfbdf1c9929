using Seckill.LoadTests.Audit;
using Seckill.LoadTests.Running;

namespace Seckill.LoadTests.Reporting;

/// <summary>Counts per slice of time, for the throughput plot.</summary>
/// <param name="Slice">Width of a slice.</param>
/// <param name="Points">From T0 on, without holes.</param>
public sealed record Timeline(TimeSpan Slice, IReadOnlyList<TimelinePoint> Points)
{
    private const int TargetSlices = 60;
    private const int MaxSlices = 600;

    public static Timeline Of(DateTimeOffset startedAt, AuditEvidence evidence)
    {
        TimeSpan[] rows = [.. (evidence.MySql?.Orders ?? []).Select(row => row.CreatedAt - startedAt)];
        TimeSpan end = evidence.Attempts.Select(one => one.AnsweredAt).Concat(rows).DefaultIfEmpty(TimeSpan.FromSeconds(1)).Max();
        double milliseconds = Math.Max(50, Math.Ceiling(end.TotalMilliseconds / TargetSlices / 50) * 50);
        TimeSpan slice = TimeSpan.FromMilliseconds(milliseconds);
        int count = Math.Clamp((int)(end / slice) + 1, 1, MaxSlices);
        int[] arrivals = new int[count];
        int[] answers = new int[count];
        int[] accepted = new int[count];
        int[] orders = new int[count];
        foreach (Attempt one in evidence.Attempts)
        {
            arrivals[Index(one.IntendedAt)]++;
            answers[Index(one.AnsweredAt)] += one.Answer is Answer.NotSent or Answer.Error ? 0 : 1;
            accepted[Index(one.AnsweredAt)] += one.Answer == Answer.Accepted ? 1 : 0;
        }

        foreach (TimeSpan row in rows)
        {
            orders[Index(row)]++;
        }

        return new Timeline(slice, [.. Enumerable.Range(0, count)
            .Select(index => new TimelinePoint(slice * index, arrivals[index], answers[index], accepted[index], orders[index]))]);

        int Index(TimeSpan at) => Math.Clamp((int)(at / slice), 0, count - 1);
    }
}
