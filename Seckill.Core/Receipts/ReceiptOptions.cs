using System.ComponentModel.DataAnnotations;
using System.Text;

namespace Seckill.Core.Receipts;

/// <summary>The keys that sign and verify receipts. They come from the environment or from files; there is no default key. The same ring on every Api and Worker.</summary>
public sealed record ReceiptOptions : IValidatableObject
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Seckill:Receipts";

    /// <summary>Fewest bytes of a secret: HMAC-SHA256 needs as many bits as its hash.</summary>
    public const int MinSecretBytes = 32;

    /// <summary>
    /// Secrets, at least 32 bytes of UTF-8 each, before those of <see cref="KeyFiles"/>. The first key signs, all verify. To rotate without a gap: add the new one last everywhere, then
    /// move it first, then take the old one out once its receipts are no longer in Kafka.
    /// </summary>
    public IList<string> Keys { get; } = [];

    /// <summary>Files with one secret each; white space around it does not count. For secrets that are mounted.</summary>
    public IList<string> KeyFiles { get; } = [];

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Keys.Count + KeyFiles.Count == 0)
        {
            yield return new ValidationResult("Keys and KeyFiles name no key: receipts could be neither signed nor verified.");
        }

        for (int i = 0; i < Keys.Count; i++)
        {
            if (Encoding.UTF8.GetByteCount(Keys[i]) < MinSecretBytes)
            {
                yield return new ValidationResult($"Keys[{i}] has fewer than {MinSecretBytes} bytes.");
            }
        }
    }
}
