using System.Data.Common;

namespace Seckill.Core.Database;

/// <summary>The database said nothing in time; whether it will do what it was asked is not known.</summary>
internal sealed class DatabaseTimeoutException(string message, Exception? inner = null) : DbException(message, inner);
