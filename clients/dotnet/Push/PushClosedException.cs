namespace Seckill.Client.Push;

/// <summary>A <see cref="PushClient"/> has ended for good: another attempt would end in the same way.</summary>
/// <param name="code">See <see cref="Code"/>.</param>
/// <param name="cause">What the server said.</param>
public sealed class PushClosedException(string code, Exception cause) : Exception($"The push hub takes this client no more: {code}.", cause)
{
    /// <summary>The server's code, for example <c>push.token-revoked</c>: log in anew. <c>http-400</c> when the connection itself was refused as wrong, as for a device that is no name.</summary>
    public string Code => code;
}
