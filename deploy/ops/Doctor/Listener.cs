namespace Seckill.Ops.Doctor;

/// <summary>A process that listens on a port.</summary>
/// <param name="Pid">Null when it is another user's, and the kernel does not tell.</param>
/// <param name="Program">Its file's name; empty when unknown.</param>
/// <param name="User">Its user's number.</param>
internal sealed record Listener(int? Pid, string Program, string User)
{
    private static readonly string[] OurPrograms = ["Seckill.Api", "Seckill.Worker", "Push.Hub"];

    /// <summary>True for a host of the engine.</summary>
    public bool IsOurs => Array.Exists(OurPrograms, name => Program.Contains(name, StringComparison.Ordinal));

    public override string ToString() => Pid is { } pid ? $"{Program}, pid {pid}" : $"a process of user {User}, whose id only root may see";

    /// <summary>How to be rid of it.</summary>
    public string Remedy(int port) => Pid is { } pid ? $"end it ('kill {pid}', or stop its service: 'systemctl status {pid}' names it)" : $"see who it is as root ('ss -ltnp sport = :{port}') and end it";
}
