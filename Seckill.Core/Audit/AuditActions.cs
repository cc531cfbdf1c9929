namespace Seckill.Core.Audit;

/// <summary>Names in the audit log that no endpoint of its own stands for.</summary>
public static class AuditActions
{
    /// <summary>Somebody asked for what the token's role does not allow.</summary>
    public const string Refused = "access.refused";

    /// <summary>The role of an operators' command: whoever runs one has the servers' own credentials.</summary>
    public const string Shell = "shell";
}
