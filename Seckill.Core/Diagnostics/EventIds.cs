namespace Seckill.Core.Diagnostics;

/// <summary>Log event ids, ranged by feature: permanent, so that an alert or a search can name them.</summary>
/// <remarks>1000 Ids, 1100 Sales, 1200 Admission, 1300 Stock, 1400 Grab (1490 its edge in the Api), 1500 Outbox, 1600 Orders, 1700 Messaging, 1750 DeadLetters, 1800 Push, 1850 Push.Messages, 1900 Database, 2000 hosts, 2100 Reconciliation, 2200 Locking, 2300 Receipts, 2400 Payments, 2500 Redis, 2600 GrabTokens, 2700 Identity, 2800 WaitingRooms, 2900 telemetry and timelines, 2970 Resilience, 3020 Audit.</remarks>
internal static class EventIds
{
    public const int WorkerIdLeased = 1000;
    public const int WorkerIdNotRenewed = 1001;
    public const int WorkerIdLost = 1002;
    public const int NoWorkerId = 1003;

    public const int CatalogNotRefreshed = 1100;
    public const int CatalogNotMended = 1101;
    public const int BucketNeedsRecovery = 1102;
    public const int SaleStateNotBroadcast = 1103;
    public const int SaleWarmedUp = 1104;
    public const int SalesNotWarmedUp = 1105;
    public const int EligibilityNotLoaded = 1200;
    public const int EligibilityNotConfirmed = 1201;
    public const int FilterRefused = 1202;
    public const int LimitersAlone = 1250;
    public const int LimitersShareAgain = 1251;
    public const int BucketLost = 1300;
    public const int BucketRecovered = 1301;
    public const int GuardianPutOff = 1302;
    public const int RecoveryWaits = 1303;
    public const int RedisSettingUnfit = 1304;
    public const int RedisSettingsUnread = 1305;
    public const int TestimonySettled = 1306;
    public const int FencedBucketUnwatched = 1307;
    public const int TransferContradicted = 1308;
    public const int BucketFenced = 1400;
    public const int GrabOutcomeUnknown = 1401;
    public const int GrabBatchFailed = 1402;
    public const int SoldOutBoardLate = 1403;
    public const int OutcomesNotFlushed = 1404;
    public const int TestimonyPutOff = 1405;
    public const int WinnersTestified = 1406;
    public const int SoldOutBoardPartlyLate = 1407;

    public const int RelayFaulted = 1500;
    public const int RelayClaimed = 1501;
    public const int OutboxEntryMalformed = 1502;
    public const int DirectoryUnreadable = 1503;

    public const int IntakeBlocked = 1600;
    public const int IntakeFaulted = 1601;
    public const int OrderRefused = 1602;
    public const int OrderIdClash = 1603;
    public const int MessageUnroutable = 1604;
    public const int ReservationRejected = 1605;
    public const int PartitionsMoved = 1606;
    public const int HintFaulted = 1607;
    public const int PipelineUnmeasured = 1608;
    public const int FollowUpFaulted = 1609;
    public const int ReservationDeferred = 1610;
    public const int HintsPartlyPutOff = 1611;

    public const int KafkaClientSays = 1700;
    public const int KafkaClientError = 1701;
    public const int DeliveryUnknown = 1702;
    public const int NotDelivered = 1703;
    public const int ProducerRebuilt = 1704;
    public const int DelayedConsumerFaulted = 1705;
    public const int DelayedHandlerFaulted = 1706;
    public const int DelayedPartitionsMoved = 1707;

    public const int BatchConsumerFaulted = 1720;
    public const int BatchNotHandled = 1721;
    public const int BatchPartitionsMoved = 1722;

    public const int ProjectionFaulted = 1750;
    public const int LettersStored = 1751;
    public const int ReplayFaulted = 1752;
    public const int LetterReplayed = 1753;

    public const int PushesAccepted = 1850;
    public const int PushesNotAcknowledged = 1851;
    public const int PushRefusedByRedis = 1852;

    public const int SagaBlocked = 2400;
    public const int SagaStepFaulted = 2401;
    public const int CallbackRefused = 2402;
    public const int SweepFaulted = 2403;
    public const int SweptOverdue = 2404;
    public const int SandboxInUse = 2405;
    public const int SandboxFaulted = 2406;

    public const int MigrationApplied = 1900;
    public const int MigrationResumed = 1901;
    public const int MySqlCircuitOpen = 1902;
    public const int MySqlCircuitClosed = 1903;

    public const int DifferencesFound = 2100;
    public const int ReconciliationPutOff = 2101;
    public const int BucketTooLarge = 2102;

    public const int LockAcquired = 2200;
    public const int LockLost = 2201;
    public const int StaleHolder = 2202;

    public const int RedisConnectionReplaced = 2500;
    public const int RedisConnectionNotReplaced = 2501;

    public const int GrabTokenNotSettled = 2600;

    public const int RevocationsNotRefreshed = 2700;

    public const int RoomProgressFaulted = 2800;
    public const int RoomsPartlyPutOff = 2801;

    public const int TimelineWithoutMailbox = 2900;
    public const int CommitTimesPutOff = 2901;
    public const int TimelineSweepFaulted = 2902;

    public const int CircuitOpened = 2970;
    public const int CircuitClosed = 2971;
    public const int RedisSilent = 2972;
    public const int RedisSpeaks = 2973;

    public const int AuditNotSwept = 3020;
    public const int AuditNotWritten = 3021;
    public const int RefusalNotAudited = 3022;
}
