using System.ComponentModel.DataAnnotations;
using System.Text;

namespace Seckill.Core.Identity;

/// <summary>How bearer tokens are signed and checked. The keys come from the environment or a secret store; there is no default key.</summary>
public sealed record AuthOptions : IValidatableObject
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Seckill:Auth";

    /// <summary>Required <c>iss</c> of every token.</summary>
    [Required]
    public string Issuer { get; set; } = string.Empty;

    /// <summary>Required <c>aud</c> of every token.</summary>
    [Required]
    public string Audience { get; set; } = string.Empty;

    /// <summary>Keys that verify; the first one also signs. Keep the old key second while its tokens live, to rotate without a gap.</summary>
    [MinLength(1)]
    public IList<SigningKey> Keys { get; } = [];

    /// <summary>Life of an issued token, 1 minute to 7 days. Default 8 h: longer than any sale, shorter than a working day's end.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "7.00:00:00")]
    public TimeSpan TokenLifetime { get; set; } = TimeSpan.FromHours(8);

    /// <summary>How far the issuer's clock may be from ours, 0 to 5 minutes. Default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Tokens that a node remembers to have verified. 0 (each is verified every time) to 10,000,000. Default 131,072, about 25 MB when full: a crowd that presses for a minute.</summary>
    [Range(0, 10_000_000)]
    public int MaxVerifiedTokens { get; set; } = 131_072;

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
                yield return new ValidationResult($"Keys[{i}].Secret has fewer than 32 bytes: HS256 needs as many bits as its hash.");
            }
        }

        if (Keys.Select(key => key.Id).Distinct().Count() != Keys.Count)
        {
            yield return new ValidationResult("Two keys have one id.");
        }
    }
}
