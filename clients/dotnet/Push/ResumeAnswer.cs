namespace Seckill.Client.Push;

/// <summary>The server's answer to a resume, and the payload of <c>push.position</c>.</summary>
internal sealed record ResumeAnswer(string Epoch, long HeadSeq, long AfterSeq, bool Recovered, bool EpochChanged, bool Truncated);
