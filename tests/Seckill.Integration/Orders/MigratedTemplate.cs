using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Seckill.Core;
using Seckill.Core.Database;
using Seckill.Integration.Orders;
using Seckill.Local;
using Seckill.Local.Servers;
using Xunit;

[assembly: AssemblyFixture(typeof(MigratedTemplate))]

namespace Seckill.Integration.Orders;

/// <summary>A data directory with the whole schema in it, made once in a run and copied for each <see cref="Pipeline"/>: none of those tests is about the scripts, and each would wait for all of them.</summary>
public sealed class MigratedTemplate : IDisposable
{
    private static readonly TemporaryDirectory Home = new();
    private static readonly Lazy<Task<string>> Made = new(MakeAsync);

    /// <summary>For <see cref="MariaDbServerOptions.TemplateDirectory"/>; made by the first that asks.</summary>
    public static Task<string> DirectoryAsync() => Made.Value;

    public void Dispose() => Home.Dispose();

    // A server's own directory has the form of a template, and an orderly stop leaves in it what a start needs.
    private static async Task<string> MakeAsync()
    {
        await using MariaDbServer server = new(new() { Directory = Home.Path });
        await server.StartAsync();
        SeckillDatabase database = new(Options.Create(new Connections { MySql = server.ConnectionString, Redis = "-", Kafka = "-" }));
        await new Migrator(database, TimeProvider.System, NullLogger<Migrator>.Instance).MigrateAsync(Migration.LoadEmbedded(), CancellationToken.None);
        return Home.Path;
    }
}
