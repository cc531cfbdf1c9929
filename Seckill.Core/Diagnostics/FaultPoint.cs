namespace Seckill.Core.Diagnostics;

/// <summary>Places where a crash leaves work half done; tests stop the process, or the loop, exactly there.</summary>
public enum FaultPoint
{
    /// <summary>Kafka has acknowledged an outbox batch, Redis still holds its entries: a relay that dies here makes duplicates.</summary>
    AfterProduceBeforeRemove = 0,

    /// <summary>The order rows stand, nobody has been told: an intake that dies here is repeated by redelivery.</summary>
    AfterCommitBeforePush = 1,

    /// <summary>Buyers have been told, the offsets are not stored: redelivery finds rows and message ids in place.</summary>
    AfterPushBeforeOffsets = 2,

    /// <summary>Redis has reserved and written the outbox, no client has been answered: an Api that dies here leaves winners who do not know it yet.</summary>
    AfterReserveBeforeAnswer = 3,

    /// <summary>A relay has read an outbox batch and produced nothing: the entries lie with it until another claims them.</summary>
    AfterReadBeforeProduce = 4,

    /// <summary>The order rows are written and counted, the transaction is open: MySQL rolls it back and redelivery repeats it.</summary>
    AfterInsertBeforeCommit = 5,

    /// <summary>A unit is back and its buyer told, the row of <c>order_outbox</c> stands: the next worker repeats both, to no effect.</summary>
    AfterSettleBeforeDelete = 6,

    /// <summary>The payment is marked as being charged, the gateway has heard nothing: the next step finds no charge there, and asks for it.</summary>
    AfterAuthorizeBeforeCharge = 7,

    /// <summary>The gateway has the charge, nobody has noted so: the next step asks it what became of the payment id.</summary>
    AfterChargeBeforeNote = 8,

    /// <summary>The money is taken, the order does not know: the next step settles the two.</summary>
    AfterCaptureBeforeConfirm = 9,

    /// <summary>Order and payment are changed, the transaction is open: MySQL rolls both back, and the next step settles them again.</summary>
    AfterPaidBeforeCommit = 10,

    /// <summary>The gateway has been asked for the money back, nobody has noted so: the next step finds the refund there.</summary>
    AfterRefundBeforeNote = 11,

    /// <summary>Overdue orders are cancelled, the offsets of their deadlines are not stored: redelivery finds nothing left to cancel.</summary>
    AfterCancelBeforeOffsets = 12,

    /// <summary>A recovery has fenced a bucket and done nothing else: grabs are refused until another runner goes on.</summary>
    AfterFenceBeforeDrain = 13,

    /// <summary>A recovery has seen the pipeline empty; MySQL still names the former epoch.</summary>
    AfterDrainBeforeEpoch = 14,

    /// <summary>MySQL names the new epoch, Redis still holds what is left of the former life.</summary>
    AfterEpochBeforeLoad = 15,

    /// <summary>The buyers of the next life are loaded beside the former ones.</summary>
    AfterLoadBeforeSwap = 16,

    /// <summary>The new life is in place behind its fence; testimony has yet to be heard.</summary>
    AfterSwapBeforeOpen = 17,

    /// <summary>The bucket sells again; nobody has noted that the recovery ended.</summary>
    AfterOpen = 18,

    /// <summary>A hub node has a message from pub/sub and has not looked at it: one that is thrown away here was never heard, which Redis may do to any.</summary>
    AfterPublishBeforeReceive = 19,

    /// <summary>Queued messages stand in their mailboxes, the offsets are not stored: redelivery finds their ids in place.</summary>
    AfterAppendBeforeOffsets = 20,
}
