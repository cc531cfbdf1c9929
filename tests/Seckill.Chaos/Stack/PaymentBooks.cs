namespace Seckill.Chaos.Stack;

/// <summary>What Redis and MySQL say after a race of payments against deadlines.</summary>
/// <param name="Paid">Orders that are paid.</param>
/// <param name="Refunded">Orders that are cancelled and whose money went back.</param>
/// <param name="PaidAndRestocked">Payments whose money was kept although the unit is on sale again.</param>
/// <param name="HeldUnpaid">Units held for orders that nobody paid.</param>
/// <param name="KeptMoney">Payments whose money was kept.</param>
/// <param name="GuardSold">What the guard counts.</param>
/// <param name="Left">Units on sale.</param>
internal sealed record PaymentBooks(int Paid, int Refunded, int PaidAndRestocked, int HeldUnpaid, int KeptMoney, int GuardSold, int Left);
