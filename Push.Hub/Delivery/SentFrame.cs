namespace Push.Hub.Delivery;

/// <summary>A frame of mailbox messages that was handed to a connection and is not wholly confirmed.</summary>
/// <param name="LastSeq">Its last sequence number.</param>
/// <param name="Messages">Its unconfirmed messages.</param>
/// <param name="Bytes">Their envelopes' bytes.</param>
/// <param name="SentAt">Timestamp.</param>
internal readonly record struct SentFrame(long LastSeq, int Messages, int Bytes, long SentAt);
