using Seckill.Core.Ids;
using StackExchange.Redis;

namespace Seckill.Core.Admission;

/// <summary>The Redis keys of admission. Each is asked for alone, so each has a hash tag of its own and a cluster may spread them.</summary>
/// <remarks>Nothing here is the truth about a sale: a key that is lost is a bucket that is full, or a user who has not grabbed lately.</remarks>
internal static class AdmissionKeys
{
    /// <summary>hash: <c>millionths</c> of a token left, <c>atUs</c> when (the server's clock). Expires when it would be full again, 1 s more for good measure.</summary>
    public static RedisKey SaleBucket(SaleId sale) => $"seckill:admission:{{sale:{sale}}}:bucket";

    /// <summary>hash: <c>number</c> of a fixed window, <c>current</c> and <c>previous</c> grabs of the user. Expires two windows after the last counted grab.</summary>
    public static RedisKey UserWindow(UserId user) => $"seckill:admission:{{user:{user}}}:window";
}
