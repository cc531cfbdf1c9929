using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Seckill.Core;
using Seckill.Core.Database;
using Seckill.Core.Messaging;
using Seckill.Local.State;
using Seckill.Ops.Connection;
using Seckill.Ops.Output;
using Spectre.Console;

namespace Seckill.Ops.Doctor;

/// <summary><c>doctor</c>: finds what is wrong with a machine or a configuration, and says the fix. Changes nothing.</summary>
/// <remarks>Exit codes: 0 all is well, or there are only warnings; 1 something is wrong.</remarks>
internal static class DoctorCommand
{
    public static Command Create(Option<DirectoryInfo> data)
    {
        Option<FileInfo[]> settings = new("--settings") { Description = "JSON files of the hosts' configuration, the later over the earlier; the environment comes over them.", AllowMultipleArgumentsPerToken = true };
        Option<bool> all = new("--all") { Description = "Show also what is as it should be." };
        Option<bool> json = new("--json") { Description = "Print all checks as JSON." };
        Command command = new("doctor", "Find what is wrong with this machine, the servers or a configuration, and say the fix.") { ServerOptions.Redis, ServerOptions.Kafka, ServerOptions.MySql, settings, all, json };
        command.SetAction(async (arguments, stop) =>
        {
            List<Finding> findings = await ExamineAsync(arguments, arguments.GetRequiredValue(data), arguments.GetValue(settings) ?? [], stop);
            Report(arguments.InvocationConfiguration.Output, findings, arguments.GetValue(all), arguments.GetValue(json));
            return findings.Exists(finding => finding.Verdict is Verdict.Wrong) ? 1 : 0;
        });
        return command;
    }

    private static async Task<List<Finding>> ExamineAsync(ParseResult arguments, DirectoryInfo data, FileInfo[] settings, CancellationToken stop)
    {
        ConfigurationManager configuration = new();
        foreach (FileInfo file in settings)
        {
            if (!file.Exists)
            {
                throw new OpsException(Directory.Exists(file.FullName) ? $"{file.FullName} is a directory; name the JSON file." : $"{file.FullName} does not exist.");
            }

            try
            {
                configuration.AddJsonFile(file.FullName, optional: false, reloadOnChange: false);
            }
            catch (Exception fault) when (fault is InvalidDataException or FormatException)
            {
                throw new OpsException($"{file.FullName} is no JSON: {fault.InnerException?.Message ?? fault.Message}");
            }
        }

        OpsConnection.AddSources(configuration, data, ServerOptions.Named(arguments));
        List<Finding> findings =
        [
            .. new MachineChecks("/", data.FullName).Run(),
            .. new PortChecks(configuration, new Listeners("/"), StackLock.Holder(data.FullName) is not null).Run(),
            .. new ConfigurationChecks(configuration).Run(),
        ];

        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddLogging();
        builder.Services.AddSingleton<IConfiguration>(configuration);
        builder.Services.AddOptions<Connections>().Bind(configuration.GetSection(Connections.Section));
        builder.Services.AddOptions<MessagingOptions>();
        builder.Services.AddDatabase();
        Seckill.Core.Redis.RedisRegistration.AddRedis(builder.Services, "seckill-ops");
        builder.Services.AddSingleton<KafkaClients>();
        using IHost host = builder.Build();
        Connections servers = host.Services.GetRequiredService<IOptions<Connections>>().Value;

        // A server that nobody named is reported once, by the checks of the configuration.
        // An address that cannot be used is reported here, and the server not asked.
        string? redisFault = servers.Redis.Length > 0 ? Addresses.FaultOfRedis(servers.Redis) : null;
        string? mysqlFault = servers.MySql.Length > 0 ? Addresses.FaultOfMySql(servers) : null;
        Task<IReadOnlyList<Finding>> redis = Named(servers.Redis, redisFault, "redis", "SECKILL__REDIS is host:port[,password=…][,ssl=true[,sslCa=FILE]]", () => Make<RedisChecks>(host).RunAsync(servers.Redis));
        Task<IReadOnlyList<Finding>> mysql = Named(servers.MySql, mysqlFault, "mysql", "SECKILL__MYSQL is an ADO.NET connection string: Server=…;Port=…;Database=…;User ID=…;Password=…", () => Make<MySqlChecks>(host).RunAsync(stop));
        Task<IReadOnlyList<Finding>> kafka = Named(servers.Kafka, null, "kafka", string.Empty, () => Make<KafkaChecks>(host).RunAsync());
        findings.AddRange([.. await redis, .. await mysql, .. await kafka]);
        if (servers.Redis.Length > 0 && servers.MySql.Length > 0 && redisFault is null && mysqlFault is null)
        {
            findings.AddRange(await Make<ClockChecks>(host).RunAsync(stop));
        }

        return findings;
    }

    private static Task<IReadOnlyList<Finding>> Named(string address, string? fault, string area, string fix, Func<Task<IReadOnlyList<Finding>>> look) => fault is not null
        ? Task.FromResult<IReadOnlyList<Finding>>([new Finding(area, "address", Verdict.Wrong, fault, fix)])
        : address.Length > 0 ? look() : Task.FromResult<IReadOnlyList<Finding>>([]);

    private static T Make<T>(IHost host) => ActivatorUtilities.CreateInstance<T>(host.Services);

    private static void Report(TextWriter output, List<Finding> findings, bool all, bool json)
    {
        if (json)
        {
            Printer.Json(output, findings);
            return;
        }

        Table table = Printer.Table(["area", "check", "verdict", "seen", "fix"]);
        foreach (Finding finding in findings.Where(finding => all || finding.Verdict is not Verdict.Ok))
        {
            (string text, Color color) = finding.Verdict switch
            {
                Verdict.Ok => ("ok", Color.Green),
                Verdict.Warning => ("warning", Color.Yellow),
                Verdict.Wrong => ("wrong", Color.Red),
                _ => ("could not look", Color.Grey),
            };
            table.AddRow(new Text(finding.Area), new Text(finding.Check), new Text(text, color), new Text(finding.Seen), new Text(finding.Fix));
        }

        if (table.Rows.Count > 0)
        {
            Printer.Write(output, table);
        }

        int Count(Verdict verdict) => findings.Count(finding => finding.Verdict == verdict);
        output.WriteLine($"{Count(Verdict.Ok)} ok, {Count(Verdict.Warning)} warnings, {Count(Verdict.Wrong)} wrong, {Count(Verdict.NotLooked)} could not be looked at.{(all ? string.Empty : " --all shows every check.")}");
    }
}
