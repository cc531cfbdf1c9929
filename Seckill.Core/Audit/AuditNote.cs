namespace Seckill.Core.Audit;

/// <summary>What is to be written of one action while it is under way: begun by whoever takes the order, completed by whoever carries it out. Not thread-safe: an action has one.</summary>
/// <remarks>
/// An action that changes MySQL writes the note within its own transaction (<see cref="AuditLog"/>) and says so after the commit (<see cref="MarkKept"/>): change and entry stand or
/// fall together. Any other action leaves the note to whoever began it, who writes it right after.
/// </remarks>
public sealed class AuditNote
{
    /// <summary>When the action was asked for.</summary>
    public DateTimeOffset At { get; private set; }

    /// <summary>The user of the token, or the name that a command was given; at most 64 characters are kept.</summary>
    public string Who { get; private set; } = string.Empty;

    /// <summary>One of <see cref="Identity.Roles"/>, or <see cref="AuditActions.Shell"/>.</summary>
    public string Role { get; private set; } = string.Empty;

    /// <summary>What, <c>thing.verb</c>: a permanent name.</summary>
    public string Action { get; private set; } = string.Empty;

    /// <summary>To what, <c>thing/id</c>; at most 128 characters are kept. The action completes it where the id is made on the way.</summary>
    public string Target { get; set; } = string.Empty;

    /// <summary>From where: an IP address, or the machine of a command; null when that is not known.</summary>
    public string? Address { get; private set; }

    /// <summary>What was there, as JSON will show it; null when nothing was, or it does not matter. No secrets.</summary>
    public object? Before { get; set; }

    /// <summary>What is there now.</summary>
    public object? After { get; set; }

    /// <summary>True once an entry stands in the log.</summary>
    public bool IsKept { get; private set; }

    /// <summary>Says who does what.</summary>
    /// <returns>This note.</returns>
    public AuditNote Begin(DateTimeOffset at, string who, string role, string action, string target, string? address)
    {
        (At, Who, Role, Action, Target, Address) = (at, who, role, action, target, address);
        return this;
    }

    /// <summary>Says that the transaction with the entry was committed.</summary>
    public void MarkKept() => IsKept = true;
}
