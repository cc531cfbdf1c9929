using System.Data.Common;

namespace Seckill.Core.Database;

/// <summary>MySQL was not asked: the circuit before it is open, or too many are using it. Nothing has happened there, so this leaves nothing unknown.</summary>
internal sealed class DatabaseNotAskedException(string message, Exception? inner = null) : DbException(message, inner);
