using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;

namespace Seckill.Rivals.Push;

/// <summary>A hub as SignalR makes it: its own lifetime manager, no mailbox, nothing to call.</summary>
[Authorize]
internal sealed class StockHub : Hub;
