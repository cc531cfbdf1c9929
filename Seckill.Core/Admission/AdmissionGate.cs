using Microsoft.Extensions.Options;
using Seckill.Core.Ids;

namespace Seckill.Core.Admission;

/// <summary>May this grab proceed at all? Asks the user's window, then the node's bucket: a refused user takes no token from the others.</summary>
/// <remarks>Thread-safe; no I/O.</remarks>
public sealed class AdmissionGate : IDisposable
{
    private readonly UserLimiter _users;
    private readonly NodeLimiter _node;

    /// <summary>Takes the limits once; a change needs a restart.</summary>
    public AdmissionGate(IOptions<AdmissionOptions> options, TimeProvider time)
    {
        _users = new UserLimiter(options.Value, time);
        _node = new NodeLimiter(options.Value);
    }

    /// <summary>Counts one grab of a user.</summary>
    public AdmissionDecision Check(UserId user)
    {
        TimeSpan wait = _users.Count(user);
        if (wait > TimeSpan.Zero)
        {
            AdmissionMetrics.Refused(AdmissionLimiter.User);
            return new AdmissionDecision(AdmissionLimiter.User, wait);
        }

        wait = _node.Take();
        if (wait > TimeSpan.Zero)
        {
            AdmissionMetrics.Refused(AdmissionLimiter.Node);
            return new AdmissionDecision(AdmissionLimiter.Node, wait);
        }

        return default;
    }

    /// <inheritdoc/>
    public void Dispose() => _node.Dispose();
}
