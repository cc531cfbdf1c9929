using System.Net;
using System.Text.RegularExpressions;
using Seckill.Client.Connections;

namespace Seckill.Client.Push;

/// <summary>What a failed attempt or the end of a connection says of the next one.</summary>
internal static partial class Refusal
{
    /// <summary>The code of a refusal that no further attempt can mend; null for anything else.</summary>
    public static string? FinalCodeOf(Exception? fault)
    {
        if (fault?.Data[WebSocketConnectionFactory.StatusKey] is (int)HttpStatusCode.BadRequest)
        {
            return "http-400";
        }

        // SignalR puts words of its own before what the server said.
        string? code = fault is null ? null : Code().Match(fault.Message) is { Success: true } match ? match.Value : null;
        return code is "push.token-revoked" or "push.bad-argument" ? code : null;
    }

    /// <summary>How long the server wants to be left alone; zero when it did not say.</summary>
    public static TimeSpan RetryAfterOf(Exception fault) => fault.Data[WebSocketConnectionFactory.RetryAfterKey] is TimeSpan wait ? wait : TimeSpan.Zero;

    [GeneratedRegex(@"\bpush\.[a-z-]+(?=:)", RegexOptions.None, 1_000)]
    private static partial Regex Code();
}
