using System.Net;
using System.Text;
using Seckill.LoadTests.Running;
using Seckill.LoadTests.Target;
using Shouldly;
using Xunit;

namespace Seckill.LoadTests.Tests.Target;

public sealed class GrabClientTests
{
    [Theory]
    [InlineData(202, """{"orderId":"77","status":"reserved"}""", Answer.Accepted, 77)]
    [InlineData(202, """{"orderId":"77","stat""", Answer.Error, 0)]
    [InlineData(202, "{}", Answer.Error, 0)]
    [InlineData(409, """{"type":"https://example/errors/sold-out"}""", Answer.SoldOut, 0)]
    [InlineData(409, """{"type":"https://example/errors/already-grabbed","orderId":"77"}""", Answer.AlreadyGrabbed, 77)]
    [InlineData(409, """{"type":"https://example/errors/other","nested":{"type":"sold-out"}}""", Answer.Error, 0)]
    [InlineData(429, "", Answer.Throttled, 0)]
    [InlineData(503, "", Answer.Unavailable, 0)]
    [InlineData(425, """{"type":"https://example/errors/not-open"}""", Answer.Refused, 0)]
    [InlineData(500, "oops", Answer.Error, 0)]
    public void Classifies(int status, string body, Answer answer, long order)
    {
        StepAnswer read = GrabClient.Read((HttpStatusCode)status, Encoding.UTF8.GetBytes(body));
        read.Answer.ShouldBe(answer);
        (read.Order?.Value ?? 0).ShouldBe(order);
    }
}
