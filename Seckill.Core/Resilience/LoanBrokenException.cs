namespace Seckill.Core.Resilience;

/// <summary>Tells a pipeline that what it had lent met an outage in use. Never leaves it: whoever used the loan has seen the outage itself.</summary>
internal sealed class LoanBrokenException(Exception outage) : Exception(outage.Message, outage);
