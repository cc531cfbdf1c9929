using Seckill.Core.Database;

namespace Seckill.Worker;

/// <summary>Migrates the schema at start and opens the <see cref="SchemaGate"/>; tries again until MySQL is there.</summary>
internal sealed class SchemaMigration(Migrator migrator, SchemaGate gate, TimeProvider time, ILogger<SchemaMigration> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        IReadOnlyList<Migration> migrations = Migration.LoadEmbedded();
        while (!gate.IsOpen)
        {
            try
            {
                await migrator.MigrateAsync(migrations, stoppingToken);
                gate.Open();
            }
            catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
            {
                // Also when a script was edited: the process stays up and unready, and says why, until a person has mended the database.
                gate.Report(fault.Message);
                log.NotMigrated(fault);
                await Task.Delay(Pause, time, stoppingToken);
            }
        }
    }
}
