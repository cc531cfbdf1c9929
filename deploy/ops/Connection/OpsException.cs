using System.Data.Common;

namespace Seckill.Ops.Connection;

/// <summary>A command cannot do its work; the message is for the operator.</summary>
/// <param name="message">One sentence or two.</param>
/// <param name="exitCode">What the process ends with. 1, unless the command says otherwise; see <see cref="Away"/>.</param>
internal sealed class OpsException(string message, int exitCode = 1) : Exception(message)
{
    /// <summary>The exit code of <c>kafka</c>, <c>backup</c>, <c>restore</c> for "a server does not answer": try again later, rather than ask differently.</summary>
    public const int ServerAway = 2;

    public int ExitCode { get; } = exitCode;

    /// <summary>MySQL does not answer, or will not have us: then asking again changes nothing.</summary>
    /// <param name="where"><c>host:port</c>.</param>
    /// <param name="fault">What the driver says.</param>
    /// <param name="more">What the operator must know beside that.</param>
    public static OpsException OfMySql(string where, DbException fault, string more = "") =>
        fault.Message.Contains("Access denied", StringComparison.Ordinal) || fault.Message.Contains("Unknown database", StringComparison.Ordinal)
            ? new OpsException($"MySQL at {where} refuses: {fault.Message}{more}")
            : Away("MySQL", where, fault.Message + more);

    /// <summary>A server does not answer.</summary>
    public static OpsException Away(string server, string where, string why) => new($"{server} at {where} does not answer: {why}", ServerAway);
}
