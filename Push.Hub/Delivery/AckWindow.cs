using Push.Hub.Diagnostics;

namespace Push.Hub.Delivery;

/// <summary>
/// What one connection was sent and has not confirmed: how much it is, and when it is due to be sent again. Holds no messages, those are in the mailbox. Guarded by the lock of the connection's
/// <see cref="UserSession"/>.
/// </summary>
internal sealed class AckWindow(AckWindowLimits limits)
{
    // One entry a frame, oldest first; as many as there may be messages.
    private readonly List<SentFrame> _frames = [];
    private int _messages;
    private int _bytes;
    private int _resends;
    private long _dueAt;

    /// <summary>Nothing is unconfirmed.</summary>
    public bool IsEmpty => _frames.Count == 0;

    /// <summary>At most half of it is in use: time to go on after a pause, with room for more than a message at a time.</summary>
    public bool IsHalfFree => _messages <= limits.MaxMessages / 2 && _bytes <= limits.MaxBytes / 2;

    /// <summary>All that may be sent again has been, and the client has had its time for it.</summary>
    public bool IsGivenUp(long now) => !IsEmpty && _resends >= limits.MaxResends && now >= _dueAt;

    /// <summary>What is unconfirmed is to be sent again.</summary>
    public bool IsDue(long now) => !IsEmpty && _resends < limits.MaxResends && now >= _dueAt;

    /// <summary>Whether a message may be sent after others of the same frame. One goes out as long as the bounds are not reached, so the bytes are passed by one message at most.</summary>
    public bool HasRoom(int messagesBefore = 0, int bytesBefore = 0) =>
        _messages + messagesBefore < limits.MaxMessages && _bytes + bytesBefore < limits.MaxBytes;

    /// <summary>Notes a frame.</summary>
    public void Add(long lastSeq, int messages, int bytes, long now)
    {
        if (IsEmpty)
        {
            Restart(now);
        }

        _frames.Add(new SentFrame(lastSeq, messages, bytes, now));
        _messages += messages;
        _bytes += bytes;
    }

    /// <summary>Takes out what is confirmed. A sign of life: what remains gets its full time again.</summary>
    /// <returns>When the last of it was sent; <paramref name="now"/> when the window holds nothing of it.</returns>
    public long Release(long seq, long now)
    {
        int whole = 0;
        long sentAt = now;
        while (whole < _frames.Count && _frames[whole].LastSeq <= seq)
        {
            sentAt = _frames[whole].SentAt;
            Forget(_frames[whole].Messages, _frames[whole].Bytes);
            HubMetrics.AckDelay.Record(limits.Time.GetElapsedTime(_frames[whole].SentAt, now).TotalSeconds);
            whole++;
        }

        _frames.RemoveRange(0, whole);
        if (_frames.Count > 0)
        {
            // A page confirmed in part: which bytes these are does not matter, they leave in proportion.
            SentFrame first = _frames[0];
            int left = (int)Math.Min(first.Messages, first.LastSeq - seq);
            sentAt = left < first.Messages ? first.SentAt : sentAt;
            int bytesLeft = (int)((long)first.Bytes * left / first.Messages);
            Forget(first.Messages - left, first.Bytes - bytesLeft);
            _frames[0] = first with { Messages = left, Bytes = bytesLeft };
        }

        Restart(now);
        return sentAt;
    }

    /// <summary>Notes that the oldest part was sent again, or could not be: the next time is twice as far away.</summary>
    public void NoteResend(long now) => _dueAt = now + (limits.ResendAfter << ++_resends);

    /// <summary>Forgets everything: the connection stands elsewhere.</summary>
    public void Clear()
    {
        _frames.Clear();
        _messages = _bytes = 0;
    }

    private void Restart(long now)
    {
        _resends = 0;
        _dueAt = now + limits.ResendAfter;
    }

    private void Forget(int messages, int bytes)
    {
        _messages -= messages;
        _bytes -= bytes;
    }
}
