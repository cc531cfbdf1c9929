using Seckill.Integration;
using Seckill.Integration.EndToEnd;
using Seckill.Integration.LocalServers;
using Seckill.Integration.Orders;
using Seckill.Integration.Payments;
using Seckill.Integration.Reconciliation;
using Seckill.Integration.Stock.Recovery;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(LongestFirst))]

namespace Seckill.Integration;

/// <summary>Starts the collections that take longest before all others. By chance the longest would come last, as often as not, and run on alone for minutes.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    // A collection of a class is named after it.
    private static readonly string[] Longest =
    [
        EndToEndTest.TheWholeEngine, typeof(StockRecoveryTests).FullName!, typeof(OrderIntakeTests).FullName!, typeof(SaleReconcilerTests).FullName!,
        typeof(StackCommandTests).FullName!, typeof(PaymentSagaTests).FullName!, typeof(FaultKindTests).FullName!,
    ];

    /// <inheritdoc/>
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection => [.. testCollections.OrderBy(Place)];

    private static int Place<TTestCollection>(TTestCollection collection)
        where TTestCollection : ITestCollection
    {
        int place = Array.FindIndex(Longest, name => collection.TestCollectionDisplayName.Contains(name, StringComparison.Ordinal));
        return place < 0 ? Longest.Length : place;
    }
}
