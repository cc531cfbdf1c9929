using System.Data.Common;

namespace Seckill.Core.Tests.Database;

/// <summary>A driver's exception with the server's number where both drivers put it; none for a broken connection.</summary>
internal sealed class FakeDbException : DbException
{
    public FakeDbException(int? number)
        : base($"server error {number}")
    {
        if (number is not null)
        {
            Data["Server Error Code"] = number;
        }
    }
}
