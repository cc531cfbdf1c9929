using Seckill.Core.Push;

namespace Push.Hub.Tests.Faults;

/// <summary>A message that Redis has said it holds.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Position">Where it was put.</param>
public readonly record struct AppendedMessage(string Id, MailboxPosition Position);
