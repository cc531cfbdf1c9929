namespace Seckill.Core.Identity;

/// <summary>Values of a token's <c>role</c>.</summary>
public static class Roles
{
    /// <summary>May grab and see own orders.</summary>
    public const string Buyer = "buyer";

    /// <summary>May also create and run sales.</summary>
    public const string Admin = "admin";
}
