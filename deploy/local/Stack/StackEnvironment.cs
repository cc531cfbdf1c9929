using System.Security.Cryptography;

namespace Seckill.Local.Stack;

/// <summary>The configuration that every service of one stack shares, as environment variables.</summary>
public static class StackEnvironment
{
    /// <summary>The one issuer of a local stack's tokens.</summary>
    public const string Issuer = "seckill-local";

    /// <summary>What a local stack's tokens are for.</summary>
    public const string Audience = "seckill";

    /// <summary>Id of a local stack's only signing key.</summary>
    public const string KeyId = "local";

    /// <summary>A new secret for tokens; keep it for the life of the stack.</summary>
    public static string NewSecret() => RandomNumberGenerator.GetHexString(64, lowercase: true);

    /// <summary>Where the sandbox gateway calls an Api back.</summary>
    public static KeyValuePair<string, string> CallbackTo(Uri api) => new("Seckill__PaymentSandbox__CallbackUrl", new Uri(api, "/api/v1/payments/callbacks").ToString());

    /// <summary>The variables.</summary>
    /// <param name="redis"><c>host:port</c>.</param>
    /// <param name="kafka">Bootstrap list.</param>
    /// <param name="mySql">ADO.NET connection string.</param>
    /// <param name="secret">See <see cref="NewSecret"/>.</param>
    /// <param name="receiptKeyFile">From <see cref="State.ReceiptKeyFile"/>.</param>
    /// <param name="further">Settings of the caller's own; what the stack must say itself goes before them.</param>
    public static Dictionary<string, string> Create(
        string redis, string kafka, string mySql, string secret, string receiptKeyFile, IReadOnlyDictionary<string, string> further) => new(further)
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["SECKILL__REDIS"] = redis,
            ["SECKILL__KAFKA"] = kafka,
            ["SECKILL__MYSQL"] = mySql,
            ["Seckill__Auth__Issuer"] = Issuer,
            ["Seckill__Auth__Audience"] = Audience,
            ["Seckill__Auth__Keys__0__Id"] = KeyId,
            ["Seckill__Auth__Keys__0__Secret"] = secret,
            // The sandbox gateway's key is not the tokens': whoever may call back may not sign in.
            ["Seckill__PaymentCallbacks__Keys__0__Id"] = KeyId,
            ["Seckill__PaymentCallbacks__Keys__0__Secret"] = NewSecret(),
            ["Seckill__Receipts__KeyFiles__0"] = receiptKeyFile,
            // Tokens live for minutes: a key of this stack's own need not outlive it.
            ["Seckill__GrabTokens__Keys__0"] = NewSecret(),
        };
}
