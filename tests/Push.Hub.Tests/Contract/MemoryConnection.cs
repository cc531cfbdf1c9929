using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.Logging.Abstractions;
using Push.Hub.Tests.Support;

namespace Push.Hub.Tests.Contract;

/// <summary>A hub connection in memory: what a manager writes to <see cref="Context"/> is read here in the connection's protocol.</summary>
public sealed class MemoryConnection : IInvocationBinder
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Pipe _toClient;
    private readonly IHubProtocol _protocol;

    /// <param name="protocol">What it speaks.</param>
    /// <param name="user">Who it is.</param>
    /// <param name="isStuck">True for a client that takes nothing until it is read: the first write to it stays pending.</param>
    public MemoryConnection(IHubProtocol protocol, string? user, bool isStuck = false)
    {
        _protocol = protocol;
        _toClient = new Pipe(new PipeOptions(pauseWriterThreshold: isStuck ? 2 : 0, resumeWriterThreshold: isStuck ? 1 : 0, useSynchronizationContext: false));
        Pipe toServer = new();
        Transport = new DefaultConnectionContext(Guid.NewGuid().ToString("N"), new Duplex(toServer.Reader, _toClient.Writer), new Duplex(_toClient.Reader, toServer.Writer));
        Context = new HubConnectionContext(Transport, new HubConnectionContextOptions { KeepAliveInterval = Patience }, NullLoggerFactory.Instance)
        {
            Protocol = protocol,
            UserIdentifier = user,
        };
    }

    /// <summary>What managers are given.</summary>
    public HubConnectionContext Context { get; init; }

    /// <summary>Its id.</summary>
    public string Id => Context.ConnectionId;

    /// <summary>What lies under <see cref="Context"/>.</summary>
    public ConnectionContext Transport { get; }

    /// <summary>The client has gone: the server can write to it no more.</summary>
    public void BreakTransport() => _toClient.Reader.Complete(new IOException("The client has gone."));

    /// <summary>The next call.</summary>
    public Task<InvocationMessage> ReadAsync() => ReadAsync<InvocationMessage>();

    /// <summary>The next message of a kind; what comes before it is passed over.</summary>
    public async Task<T> ReadAsync<T>()
        where T : HubMessage
    {
        using CancellationTokenSource deadline = new(Patience);
        while (true)
        {
            ReadResult read = await _toClient.Reader.ReadAsync(deadline.Token);
            ReadOnlySequence<byte> rest = read.Buffer;
            if (_protocol.TryParseMessage(ref rest, this, out HubMessage? message))
            {
                _toClient.Reader.AdvanceTo(rest.Start);
                if (message is T wanted)
                {
                    return wanted;
                }
            }
            else
            {
                _toClient.Reader.AdvanceTo(rest.Start, rest.End);
            }
        }
    }

    /// <summary>Everything up to a call of <c>Mark</c> with this argument: the arguments of the calls of <c>Say</c>, in order.</summary>
    public async Task<IReadOnlyList<string>> SaidUntilAsync(string mark)
    {
        List<string> said = [];
        while (true)
        {
            InvocationMessage message = await ReadAsync();
            string argument = (string)message.Arguments[0]!;
            if (message.Target == "Say")
            {
                said.Add(argument);
            }
            else if (argument == mark)
            {
                return said;
            }
        }
    }

    /// <summary>True when nothing lies unread.</summary>
    public bool IsSilent()
    {
        bool isSilent = !_toClient.Reader.TryRead(out ReadResult read) || read.Buffer.IsEmpty;
        if (!isSilent)
        {
            _toClient.Reader.AdvanceTo(read.Buffer.Start);
        }

        return isSilent;
    }

    /// <summary>Answers a call as a client does: over the wire, and read back by the node as SignalR's dispatcher reads it.</summary>
    public Task AnswerAsync(HubLifetimeManager<PlainHub> node, CompletionMessage answer)
    {
        ReadOnlySequence<byte> bytes = new(_protocol.GetMessageBytes(answer));
        return _protocol.TryParseMessage(ref bytes, new ResultBinder(node), out HubMessage? read)
            ? node.SetConnectionResultAsync(Id, (CompletionMessage)read)
            : throw new InvalidDataException("The protocol cannot read what it wrote.");
    }

    /// <summary>Goes, as a client does whose socket closes: SignalR aborts the context and tells the manager.</summary>
    public Task LeaveAsync(HubLifetimeManager<PlainHub> node)
    {
        Context.Abort();
        return node.OnDisconnectedAsync(Context);
    }

    IReadOnlyList<Type> IInvocationBinder.GetParameterTypes(string methodName) => [typeof(string)];

    Type IInvocationBinder.GetReturnType(string invocationId) => typeof(object);

    Type IInvocationBinder.GetStreamItemType(string streamId) => typeof(object);

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    private sealed class ResultBinder(HubLifetimeManager<PlainHub> node) : IInvocationBinder
    {
        public Type GetReturnType(string invocationId) =>
            node.TryGetReturnType(invocationId, out Type? type) ? type : throw new InvalidOperationException("Nobody waits for this result.");

        public IReadOnlyList<Type> GetParameterTypes(string methodName) => throw new NotSupportedException();

        public Type GetStreamItemType(string streamId) => throw new NotSupportedException();
    }
}
