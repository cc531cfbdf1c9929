using System.IO.Pipelines;
using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Push.Hub.Connections;
using Seckill.Core.Admission;
using Shouldly;
using Xunit;

namespace Push.Hub.Tests;

/// <summary>What a connection by WebSocket writes goes straight to its socket, one message a write.</summary>
public sealed class SocketOutputTests : IDisposable
{
    private readonly ConnectionSlot _slot = new("alice", ClientAddress.Of(null), default, DateTimeOffset.UnixEpoch);
    private readonly FakeRequest _request = new();
    private readonly Pipe _pipe = new();
    private readonly FakeSocket _socket = new();
    private readonly SocketOutput _output;

    public SocketOutputTests()
    {
        _output = new SocketOutput(_slot, _request, new Format(), new Duplex(_pipe.Reader, _pipe.Writer), TimeProvider.System);
        _slot.Socket = _socket;
    }

    public void Dispose() => _socket.Dispose();

    [Fact]
    public async Task EachWriteIsOneMessage_AndSoIsWhatWasPutTogetherBeforeAFlush()
    {
        await _output.WriteAsync("encoded"u8.ToArray());
        "in "u8.CopyTo(_output.GetSpan(3));
        _output.Advance(3);
        "pieces"u8.CopyTo(_output.GetSpan(6));
        _output.Advance(6);
        await _output.FlushAsync();
        await _output.FlushAsync();

        _socket.Sent.ShouldBe(["encoded", "in pieces"]);
        _pipe.Reader.TryRead(out _).ShouldBeFalse();
    }

    [Fact]
    public async Task BeforeTheSocketIsThere_WritesGoThroughThePipe_AndStayThere()
    {
        _slot.Socket = null;
        await _output.WriteAsync("early"u8.ToArray());
        _slot.Socket = _socket;
        await _output.WriteAsync(" late"u8.ToArray());

        _socket.Sent.ShouldBeEmpty();
        Encoding.UTF8.GetString((await _pipe.Reader.ReadAsync()).Buffer.FirstSpan).ShouldBe("early late");
    }

    [Fact]
    public async Task AbortedWhileTheSocketTakesNothing_TheRequestIsCut()
    {
        _output.CancelPendingFlush();
        _request.IsAborted.ShouldBeFalse("nothing was under way");

        _socket.IsStuck = true;
        Task<FlushResult> sending = _output.WriteAsync("more than it takes"u8.ToArray()).AsTask();
        sending.IsCompleted.ShouldBeFalse();
        _output.CancelPendingFlush();

        _request.IsAborted.ShouldBeTrue();
        _socket.Break();
        (await sending).IsCompleted.ShouldBeTrue("as a pipe that nobody reads says");
    }

    [Fact]
    public async Task Completed_ThePipeIs_SoThatSignalRSaysGoodbye()
    {
        _output.Complete();

        (await _pipe.Reader.ReadAsync()).IsCompleted.ShouldBeTrue();
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    private sealed class FakeRequest : IHttpRequestLifetimeFeature
    {
        public bool IsAborted { get; private set; }

        public CancellationToken RequestAborted { get; set; }

        public void Abort() => IsAborted = true;
    }

    private sealed class Format : ITransferFormatFeature
    {
        public TransferFormat SupportedFormats => TransferFormat.Text;

        public TransferFormat ActiveFormat { get; set; } = TransferFormat.Text;
    }

    private sealed class FakeSocket : WebSocket
    {
        private readonly TaskCompletionSource _broken = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public List<string> Sent { get; } = [];

        public bool IsStuck { get; set; }

        public override WebSocketCloseStatus? CloseStatus => null;

        public override string? CloseStatusDescription => null;

        public override WebSocketState State => WebSocketState.Open;

        public override string? SubProtocol => null;

        public void Break() => _broken.SetException(new WebSocketException(WebSocketError.ConnectionClosedPrematurely));

        public override Task SendAsync(ArraySegment<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken)
        {
            messageType.ShouldBe(WebSocketMessageType.Text);
            endOfMessage.ShouldBeTrue();
            Sent.Add(Encoding.UTF8.GetString(buffer));
            return IsStuck ? _broken.Task : Task.CompletedTask;
        }

        public override void Abort() => Break();

        public override Task CloseAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override Task CloseOutputAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override Task<WebSocketReceiveResult> ReceiveAsync(ArraySegment<byte> buffer, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override void Dispose()
        {
        }
    }
}
