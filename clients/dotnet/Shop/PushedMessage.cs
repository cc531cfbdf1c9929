namespace Seckill.Client.Shop;

/// <summary>What became of a message that was sent.</summary>
/// <param name="Id">The id that its receivers see.</param>
/// <param name="Accepted">Receivers for whom it will be delivered.</param>
/// <param name="Unknown">Receivers of whom that is not known; null when there is none. Send it again with the same id.</param>
public sealed record PushedMessage(string Id, int Accepted, IReadOnlyList<string>? Unknown);
