using System.Data.Common;

namespace Seckill.Core.Database;

/// <summary>Nothing more can be had from the connection: the server said nothing in time, or the driver is in disorder. Whether the server will do what it was asked is not known.</summary>
internal sealed class DatabaseLostException(string message, Exception? inner = null) : DbException(message, inner);
