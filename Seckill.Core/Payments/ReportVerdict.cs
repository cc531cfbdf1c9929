namespace Seckill.Core.Payments;

/// <summary>What became of a gateway's word.</summary>
internal enum ReportVerdict
{
    /// <summary>The payment moved on.</summary>
    Taken = 0,

    /// <summary>It was known already, or is older than what is known.</summary>
    NothingNew = 1,

    /// <summary>This very event was taken before. Nothing was changed.</summary>
    Replayed = 2,

    /// <summary>No such payment. Nothing was changed.</summary>
    UnknownPayment = 3,

    /// <summary>It speaks of another amount than the payment's. Nothing was changed.</summary>
    AmountMismatch = 4,
}
