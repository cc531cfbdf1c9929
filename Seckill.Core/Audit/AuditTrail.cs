using System.Text.Json;
using Microsoft.Extensions.Logging;
using Seckill.Core.Diagnostics;

namespace Seckill.Core.Audit;

/// <summary>Writes the notes of actions that have been carried out already, so that a failure can only be told, not prevented. Thread-safe.</summary>
/// <remarks>An action that does not need MySQL must not fail for want of it: a stolen token is revoked although the database is away. Its entry then stands in this node's log, at level error.</remarks>
public sealed class AuditTrail(AuditLog audit, ILogger<AuditTrail> log)
{
    // Below what a proxy waits for an answer: the action is done, and whoever acted must hear so. An entry that is written later than this does no harm.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Writes a note, unless it stands in the log already.</summary>
    /// <returns>False when it could not be written: whoever acted is to be told.</returns>
    public async Task<bool> CompleteAsync(AuditNote note)
    {
        if (note.IsKept)
        {
            return true;
        }

        try
        {
            // To the end: that the caller has hung up does not undo what was done.
            await audit.WriteAsync(note, CancellationToken.None).WaitAsync(Patience);
            return true;
        }
        catch (Exception fault)
        {
            AuditMetrics.Unwritten.Add(1);
            log.AuditNotWritten(JsonSerializer.Serialize(new { note.At, note.Who, note.Role, note.Action, note.Target, note.Address, After = AuditLog.ToJson(note.After) }, JsonSerializerOptions.Web), fault);
            return false;
        }
    }
}
