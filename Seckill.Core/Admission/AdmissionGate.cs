using System.Diagnostics.Metrics;
using Seckill.Core.Diagnostics;
using Seckill.Core.Ids;
using Seckill.Core.Sales;

namespace Seckill.Core.Admission;

/// <summary>May this grab proceed at all? Asks the user's window, the address's, the sale's bucket and the node's, and last, if it is on, the user's window that all nodes share.</summary>
/// <remarks>
/// <para>
/// The order: whoever is refused takes nothing from others. A user who hammers would use up the address's window for all behind the same carrier NAT, so users come first. A sale
/// that is overrun would use up the node's tokens for the other sales, so the sale comes before the node, and gets its token back when a later gate refuses. What costs a round trip comes last.
/// </para>
/// <para>Thread-safe. No I/O of its own but for the shared window; the sale's tokens are leased ahead, see <see cref="SharedTokenBucket"/>.</para>
/// </remarks>
public sealed class AdmissionGate : IDisposable
{
    private readonly SlidingWindowLimiter<UserId> _users;
    private readonly SlidingWindowLimiter<ClientAddress> _addresses;
    private readonly SaleLimiter _sales;
    private readonly LocalTokenBucket? _node;
    private readonly SharedUserWindow _sharedUsers;

    /// <summary>Takes the limits once; a change needs a restart.</summary>
    internal AdmissionGate(AdmissionOptions options, SaleLimiter sales, SharedUserWindow sharedUsers, TimeProvider time)
    {
        _users = new(options.UserLimit, options.UserWindow, options.MaxCountedUsers, AdmissionMetrics.Uncounted, time);
        _addresses = new(options.IpLimit, options.IpWindow, options.MaxCountedIps, AdmissionMetrics.UncountedIps, time);
        _sales = sales;
        _node = options.NodeRatePerSecond > 0 ? new LocalTokenBucket(new TokenRate(options.NodeRatePerSecond, options.NodeBurst)) : null;
        _sharedUsers = sharedUsers;
        SeckillMeter.Meter.CreateObservableGauge(
            "seckill.admission.counted",
            () => (Measurement<int>[])[new(_users.Counted, AdmissionMetrics.TagOf(AdmissionLimiter.User)), new(_addresses.Counted, AdmissionMetrics.TagOf(AdmissionLimiter.Ip))],
            "{key}", "Users and addresses in the limiters' tables; the bounds are Seckill:Admission:MaxCountedUsers and MaxCountedIps");
    }

    /// <summary>Counts one grab.</summary>
    /// <param name="sale">The sale it is for.</param>
    /// <param name="user">Who grabs.</param>
    /// <param name="from">Where from; the default is not counted.</param>
    /// <returns>Who refused, and when a try has a chance again. Completes at once but for a node's first grab of a limited sale, and for the shared window.</returns>
    public async ValueTask<AdmissionDecision> CheckAsync(Sale sale, UserId user, ClientAddress from)
    {
        TimeSpan wait = _users.Count(user);
        if (wait > TimeSpan.Zero)
        {
            return Refused(AdmissionLimiter.User, wait);
        }

        if (from.IsKnown && (wait = _addresses.Count(from)) > TimeSpan.Zero)
        {
            return Refused(AdmissionLimiter.Ip, wait);
        }

        wait = await _sales.TakeAsync(sale);
        if (wait > TimeSpan.Zero)
        {
            return Refused(AdmissionLimiter.Sale, wait);
        }

        if (_node is not null && (wait = _node.Take()) > TimeSpan.Zero)
        {
            _sales.GiveBack(sale);
            return Refused(AdmissionLimiter.Node, wait);
        }

        if (_sharedUsers.IsOn && (wait = await _sharedUsers.CountAsync(user)) > TimeSpan.Zero)
        {
            _sales.GiveBack(sale);
            return Refused(AdmissionLimiter.SharedUser, wait);
        }

        return default;
    }

    /// <inheritdoc/>
    public void Dispose() => _node?.Dispose();

    private static AdmissionDecision Refused(AdmissionLimiter limiter, TimeSpan wait)
    {
        AdmissionMetrics.Refused(limiter);
        return new AdmissionDecision(limiter, wait);
    }
}
