using Microsoft.Extensions.Options;
using Seckill.Core.Signing;

namespace Seckill.Core.Receipts;

/// <summary>The key ring of receipts.</summary>
public sealed class ReceiptKeys(IOptions<ReceiptOptions> options) : HmacKeyRing(options.Value, "receipt");
