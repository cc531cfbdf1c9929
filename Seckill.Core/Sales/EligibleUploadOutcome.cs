namespace Seckill.Core.Sales;

/// <summary>Whether users were put on a sale's list.</summary>
public enum EligibleUploadOutcome
{
    /// <summary>All of them are on the list.</summary>
    Listed,

    /// <summary>There is no such sale.</summary>
    UnknownSale,

    /// <summary>The sale is open to everybody: a list would shut people out who may grab now.</summary>
    NotRestricted,

    /// <summary>The list would be longer than <see cref="SaleStore.MaxListed"/>. Nobody was added.</summary>
    TooMany,
}
