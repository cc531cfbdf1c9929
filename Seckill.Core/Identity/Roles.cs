namespace Seckill.Core.Identity;

/// <summary>Values of a token's <c>role</c>. Each operating role may what the one before it may; what each call needs is in docs/security.md.</summary>
public static class Roles
{
    /// <summary>May grab and see own orders; nothing of the cockpit.</summary>
    public const string Buyer = "buyer";

    /// <summary>May see what operators see, and change nothing.</summary>
    public const string Viewer = "viewer";

    /// <summary>May also make and run sales, decide dead letters and send messages.</summary>
    public const string Operator = "operator";

    /// <summary>May also revoke tokens.</summary>
    public const string Admin = "admin";

    /// <summary>All of them, from the least.</summary>
    public static IReadOnlyList<string> All { get; } = [Buyer, Viewer, Operator, Admin];

    /// <summary>True for a role that a token may name.</summary>
    public static bool IsKnown(string? role) => role is Buyer or Viewer or Operator or Admin;
}
