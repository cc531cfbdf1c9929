using System.Text;

namespace Seckill.Rivals;

/// <summary>The one answer that a rival gives to an accepted grab, as bytes.</summary>
internal sealed class FixedAnswer(RivalOptions options)
{
    private readonly byte[] _body = Encoding.UTF8.GetBytes(options.Body);

    public Task AcceptAsync(HttpContext context)
    {
        HttpResponse response = context.Response;
        response.StatusCode = StatusCodes.Status202Accepted;
        response.ContentType = options.ContentType;
        response.Headers.Location = options.Location;
        response.ContentLength = _body.Length;
        return response.Body.WriteAsync(_body).AsTask();
    }

    public static Task RefuseAsync(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        context.Response.ContentLength = 0;
        return Task.CompletedTask;
    }
}
