using System.Data.Common;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Seckill.Core;
using Seckill.Core.Audit;
using Seckill.Core.Database;
using Seckill.Integration.Orders;
using Seckill.Local;
using Seckill.Local.Servers;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Security;

/// <summary>The audit log on a real MariaDB.</summary>
public sealed class AuditLogTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2026, 11, 11, 0, 0, 0, TimeSpan.Zero);

    private readonly TemporaryDirectory _directory = new();
    private MariaDbServer _server = null!;
    private SeckillDatabase _database = null!;
    private AuditLog _audit = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = new MariaDbServer(new() { Directory = _directory.Combine("mariadb"), TemplateDirectory = await MigratedTemplate.DirectoryAsync() });
        await _server.StartAsync(Stop);
        _database = new SeckillDatabase(Options.Create(new Connections { MySql = _server.ConnectionString, Redis = "-", Kafka = "-" }));
        _audit = new AuditLog(_database);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task EntryAndChange_StandOrFallTogether()
    {
        AuditNote note = Note();
        await using (DbConnection connection = await _database.OpenAsync(Stop))
        {
            await using DbTransaction transaction = await connection.BeginTransactionAsync(Stop);
            await AuditLog.WriteAsync(connection, transaction, note, Stop);
            await transaction.RollbackAsync(Stop);
        }

        (await _audit.ListAsync(null, 10, Stop)).ShouldBeEmpty();
        note.IsKept.ShouldBeFalse();

        await _audit.WriteAsync(note, Stop);
        AuditEntry entry = (await _audit.ListAsync(null, 10, Stop)).ShouldHaveSingleItem();
        entry.ShouldBe(new AuditEntry(entry.Id, Now, "boß", "admin", "sale.open", "sale/1", """{"state":"scheduled"}""", """{"state":"open"}""", "::1"));
        note.IsKept.ShouldBeTrue();
    }

    [Fact]
    public async Task WhatIsTooLong_IsCut_AndSaysSo()
    {
        AuditNote note = new AuditNote().Begin(Now, new string('w', 100), "shell", "sale.open", new string('t', 200), null);
        note.After = new { text = new string('x', 100_000) };
        await _audit.WriteAsync(note, Stop);

        AuditEntry entry = (await _audit.ListAsync(null, 1, Stop)).Single();
        (entry.Who.Length, entry.Target.Length).ShouldBe((64, 128));
        entry.After.ShouldBe("""{"tooLong":true,"characters":100011}""");
    }

    /// <summary>Goal: the log is bounded by its retention, and no sweep holds writers up for long. Method: more old entries than a batch has; each call takes a batch, and none of the young ones.</summary>
    [Fact]
    public async Task Sweep_TakesTheOldOnes_ABatchAtATime()
    {
        await using (DbConnection connection = await _database.OpenAsync(Stop))
        {
            await connection.ExecuteAsync(
                $"INSERT INTO audit_log (at, who, role, action, target) SELECT '2025-01-01', 'old', 'admin', 'a', 't' FROM (SELECT 1 FROM information_schema.columns, (SELECT 1 UNION ALL SELECT 2) twice LIMIT {AuditLog.SweepBatch + 7}) many");
        }

        await _audit.WriteAsync(Note(), Stop);

        (await _audit.SweepAsync(Now.AddDays(-30), Stop)).ShouldBe(AuditLog.SweepBatch);
        (await _audit.SweepAsync(Now.AddDays(-30), Stop)).ShouldBe(7);
        (await _audit.SweepAsync(Now.AddDays(-30), Stop)).ShouldBe(0);
        (await _audit.ListAsync(null, 10, Stop)).ShouldHaveSingleItem().Who.ShouldBe("boß");
    }

    /// <summary>A token is revoked although MySQL is away; that its entry is missing is told, not hidden.</summary>
    [Fact]
    public async Task MySqlAway_TheActionStands_AndItIsTold()
    {
        AuditTrail trail = new(_audit, NullLogger<AuditTrail>.Instance);
        AuditNote kept = Note(), lost = Note();
        (await trail.CompleteAsync(kept)).ShouldBeTrue();
        (await trail.CompleteAsync(kept)).ShouldBeTrue("it stands already");
        (await _audit.ListAsync(null, 10, Stop)).Count.ShouldBe(1);
        await _server.KillAsync();

        (await trail.CompleteAsync(lost)).ShouldBeFalse();
        lost.IsKept.ShouldBeFalse();
    }

    /// <summary>
    /// Goal: whoever acted hears so although MySQL says nothing at all. Method: the server stands still, and a write that only its statement's own limit ends (15 s, or 10 s of a handshake) has
    /// begun before; the trail must have given up first.
    /// </summary>
    [Fact]
    public async Task MySqlMute_TheTrailGivesUp_BeforeTheStatementDoes()
    {
        AuditTrail trail = new(_audit, NullLogger<AuditTrail>.Instance);
        _server.Pause();
        try
        {
            Task statement = Should.ThrowAsync<Exception>(() => _audit.WriteAsync(Note(), Stop));
            Task<bool> completed = trail.CompleteAsync(Note());

            (await Task.WhenAny(statement, completed)).ShouldBe(completed);
            (await completed).ShouldBeFalse();
            await statement;
        }
        finally
        {
            _server.Resume();
        }
    }

    private static AuditNote Note()
    {
        AuditNote note = new AuditNote().Begin(Now, "boß", "admin", "sale.open", "sale/1", "::1");
        (note.Before, note.After) = (new { state = "scheduled" }, new { state = "open" });
        return note;
    }
}
