using System.CommandLine;
using Seckill.Local.Processes;
using Seckill.Local.State;

namespace Seckill.Local.Commands;

/// <summary><c>up</c>: what can be asked for, and why it may be refused.</summary>
internal static class UpCommand
{
    public static Command Create(Option<DirectoryInfo> data)
    {
        Option<bool> detach = new("--detach") { Description = "Return when everything is ready; 'down' stops it." };
        Option<int?> apiPort = new("--api-port") { Description = "Port of the shop and its API. Default: 5080 when free, else a free one." };
        Option<int?> hubPort = new("--hub-port") { Description = "Port of the push hub. Default: 5081 when free, else a free one." };
        Command command = new("up", "Start the whole engine on this machine, with a demo sale that is open.") { detach, apiPort, hubPort };
        command.SetAction(async (arguments, _) =>
        {
            string directory = arguments.GetRequiredValue(data).FullName;
            (int? api, int? hub) = (arguments.GetValue(apiPort), arguments.GetValue(hubPort));
            if ((Running(directory) ?? PortFault(api, "--api-port") ?? PortFault(hub, "--hub-port") ?? Clash(api, hub)) is { } refusal)
            {
                return Terminal.Fail(refusal);
            }
            return arguments.GetValue(detach)
                ? await new DetachedStack(directory).RunAsync(api, hub)
                : await new StackSupervisor(directory).RunAsync(api, hub);
        });
        return command;
    }

    private static string? Running(string directory)
    {
        if (StackLock.Holder(directory) is not { } pid)
        {
            return null;
        }
        string where = new StateFile(directory).Read() is { } state ? $" at {state.Api}" : string.Empty;
        return $"This clone's stack is running already{where} (pid {pid}). './seckill status' shows it, './seckill down' stops it.";
    }

    private static string? PortFault(int? port, string option) => port switch
    {
        null => null,
        < 1 or > 65_535 => $"{option} {port} is not a port.",
        _ when !FreePorts.IsFree(port.Value) => $"{option} {port} is taken by another process. Choose another, or leave the option out for a free one.",
        _ => null,
    };

    private static string? Clash(int? api, int? hub) => api is not null && api == hub ? "--api-port and --hub-port must differ." : null;
}
