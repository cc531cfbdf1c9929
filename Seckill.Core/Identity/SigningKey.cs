namespace Seckill.Core.Identity;

/// <summary>A symmetric key for HS256.</summary>
public sealed record SigningKey
{
    /// <summary>The <c>kid</c> that tokens name it by.</summary>
    public string Id { get; set; } = string.Empty;

    /// <summary>The secret: its UTF-8 bytes are the key, at least 32 of them.</summary>
    public string Secret { get; set; } = string.Empty;

    /// <summary>Leaves the secret out of logs.</summary>
    public override string ToString() => $"SigningKey {{ Id = {Id} }}";
}
