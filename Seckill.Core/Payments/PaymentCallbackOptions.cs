using System.ComponentModel.DataAnnotations;
using System.Text;
using Seckill.Core.Identity;

namespace Seckill.Core.Payments;

/// <summary>How callbacks of the payment gateway are signed. The keys come from the environment or a secret store; there is no default key.</summary>
public sealed record PaymentCallbackOptions : IValidatableObject
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Seckill:PaymentCallbacks";

    /// <summary>Keys that verify; the sandbox signs with the first. Keep the old key second until the gateway has changed over, to rotate without a gap.</summary>
    [MinLength(1)]
    public IList<SigningKey> Keys { get; } = [];

    /// <summary>How far a signature's time may be from ours, 1 s to 15 min. Default 5 min: longer than any honest delivery takes, and event ids are remembered for far longer.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:15:00")]
    public TimeSpan MaxSkew { get; set; } = TimeSpan.FromMinutes(5);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        for (int i = 0; i < Keys.Count; i++)
        {
            if (string.IsNullOrWhiteSpace(Keys[i].Id))
            {
                yield return new ValidationResult($"Keys[{i}].Id is missing.");
            }

            if (Encoding.UTF8.GetByteCount(Keys[i].Secret) < 32)
            {
                yield return new ValidationResult($"Keys[{i}].Secret has fewer than 32 bytes: HMAC-SHA256 needs as many bits as its hash.");
            }
        }

        if (Keys.Select(key => key.Id).Distinct().Count() != Keys.Count)
        {
            yield return new ValidationResult("Two keys have one id.");
        }
    }
}
