using System.Threading.Channels;
using Push.Hub.Backplane;
using Push.Hub.Diagnostics;
using Push.Hub.Hubs;
using Seckill.Core.Identity;
using Seckill.Core.Ids;
using Seckill.Hosting.Authentication;

namespace Push.Hub.Delivery;

/// <summary>Closes connections whose token was revoked. A user's connections with other tokens stay.</summary>
/// <remarks>
/// The race with a connection that is being made: it joins its user's session first and asks for revocations then; a revocation is known first and looks into sessions then. Whichever comes
/// second sees the other. Bounded: a queue that is full looks at everybody, which is what it then is about.
/// </remarks>
internal sealed class RevokedConnections : BackgroundService
{
    private readonly Channel<UserId> _users = Channel.CreateBounded<UserId>(10_000);
    private readonly TokenRevocations _revocations;
    private readonly UserSessions _sessions;
    private volatile bool _missedSome;

    public RevokedConnections(TokenRevocations revocations, UserSessions sessions)
    {
        (_revocations, _sessions) = (revocations, sessions);
        _revocations.Revoked += Enqueue;
    }

    /// <summary>Whether a connection may not stay.</summary>
    public bool IsRevoked(LocalConnection connection) => TokenPrincipal.TokenOf(connection.Caller) is { } token && _revocations.IsRevoked(token);

    public override void Dispose()
    {
        _revocations.Revoked -= Enqueue;
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (UserId user in _users.Reader.ReadAllAsync(stoppingToken))
        {
            if (_missedSome)
            {
                _missedSome = false;
                foreach ((string _, UserSession session) in _sessions.All)
                {
                    Close(session);
                }
            }
            else if (_sessions.TryGet(user.Value, out UserSession? session))
            {
                Close(session);
            }
        }
    }

    private void Enqueue(object? sender, TokensRevokedEventArgs revoked)
    {
        if (!_users.Writer.TryWrite(revoked.User))
        {
            _missedSome = true;
        }
    }

    private void Close(UserSession session)
    {
        MailboxConnection[] connections;
        lock (session)
        {
            connections = [.. session.Connections];
        }

        foreach (MailboxConnection connection in connections)
        {
            if (IsRevoked(connection.Connection))
            {
                HubMetrics.Revoked.Add(1);
                connection.Connection.Close(PushCodes.TokenRevoked + ": log in anew");
            }
        }
    }
}
