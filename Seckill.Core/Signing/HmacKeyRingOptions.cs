using System.ComponentModel.DataAnnotations;
using System.Text;

namespace Seckill.Core.Signing;

/// <summary>Where the keys of a ring come from: the environment or files. There is no default key.</summary>
public abstract record HmacKeyRingOptions : IValidatableObject
{
    /// <summary>
    /// Secrets, at least 32 bytes of UTF-8 each, before those of <see cref="KeyFiles"/>. The first key signs, all verify. To rotate without a gap: add the new one last everywhere, then
    /// move it first, then take the old one out once nothing that it signed is looked at any more.
    /// </summary>
    public IList<string> Keys { get; } = [];

    /// <summary>Files with one secret each; white space around it does not count. For secrets that are mounted.</summary>
    public IList<string> KeyFiles { get; } = [];

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Keys.Count + KeyFiles.Count == 0)
        {
            yield return new ValidationResult("Keys and KeyFiles name no key: nothing could be signed or verified.");
        }

        for (int i = 0; i < Keys.Count; i++)
        {
            if (Encoding.UTF8.GetByteCount(Keys[i]) < HmacKeyRing.MinSecretBytes)
            {
                yield return new ValidationResult($"Keys[{i}] has fewer than {HmacKeyRing.MinSecretBytes} bytes.");
            }
        }
    }
}
