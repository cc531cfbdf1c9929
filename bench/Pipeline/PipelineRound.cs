namespace Seckill.Benchmarks.Pipeline;

/// <summary>Figures of one round, per second.</summary>
/// <param name="RawRows">Rows inserted raw: 500 a statement, two connections.</param>
/// <param name="Relayed">Reservations from outbox entry to Kafka's acknowledgement and removal.</param>
/// <param name="AppendedSingly">Mailbox appends, one message a call.</param>
/// <param name="AppendedInBatches">Mailbox appends, 64 messages a call.</param>
/// <param name="Stored">Orders from Kafka to the commit, their buyers told.</param>
internal sealed record PipelineRound(double RawRows, double Relayed, double AppendedSingly, double AppendedInBatches, double Stored);
