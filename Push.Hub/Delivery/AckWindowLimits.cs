using Microsoft.Extensions.Options;

namespace Push.Hub.Delivery;

/// <summary>The bounds of every <see cref="AckWindow"/>, read once.</summary>
internal sealed class AckWindowLimits(IOptions<DeliveryOptions> options, TimeProvider time)
{
    /// <summary>Unconfirmed messages.</summary>
    public readonly int MaxMessages = options.Value.MaxUnackedMessages;

    /// <summary>Bytes of unconfirmed messages.</summary>
    public readonly int MaxBytes = options.Value.MaxUnackedBytes;

    /// <summary>Times that the same messages are sent again.</summary>
    public readonly int MaxResends = options.Value.MaxResends;

    /// <summary>Silence before the first of them, in ticks of the timestamps; doubled for each further one.</summary>
    public readonly long ResendAfter = (long)(options.Value.ResendAfter.TotalSeconds * time.TimestampFrequency);

    /// <summary>Gives timestamps.</summary>
    public readonly TimeProvider Time = time;
}
