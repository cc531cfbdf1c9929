namespace Seckill.Local.Servers;

/// <summary>A server or service did not start, or ended when it should not have; the message holds the end of its log.</summary>
public sealed class ServerFailedException : Exception
{
    public ServerFailedException()
    {
    }

    public ServerFailedException(string message)
        : base(message)
    {
    }

    public ServerFailedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
