namespace Seckill.LoadTests.Running;

/// <summary>How answers are written in reports and thresholds.</summary>
public static class AnswerText
{
    public static IReadOnlyList<Answer> All { get; } = Enum.GetValues<Answer>();

    public static string ToText(this Answer answer) => answer switch
    {
        Answer.Accepted => "accepted",
        Answer.SoldOut => "sold-out",
        Answer.AlreadyGrabbed => "already-grabbed",
        Answer.Throttled => "throttled",
        Answer.Unavailable => "unavailable",
        Answer.Refused => "refused",
        Answer.Error => "errors",
        _ => "not-sent",
    };
}
