using Seckill.LoadTests.Target;
using Shouldly;
using Xunit;

namespace Seckill.LoadTests.Tests.Target;

public sealed class LoadTargetTests
{
    [Theory]
    [InlineData("http://127.0.0.1:5080", "http://localhost:5081/hubs/push")]
    [InlineData("http://[::1]:5080", "http://127.0.0.2:5081")]
    public void Loopback_IsTaken(string api, string hub) => LoadTarget.From(api, hub, null, null, null).Hub.AbsolutePath.ShouldBe("/hubs/push");

    [Theory]
    [InlineData("http://shop.example", "http://127.0.0.1:1", null, null, null, "--api")]
    [InlineData("http://127.0.0.1.example", "http://127.0.0.1:1", null, null, null, "--api")]
    [InlineData("http://127.0.0.1:1", "http://10.0.0.8:1", null, null, null, "--hub")]
    [InlineData("http://127.0.0.1:1", "http://127.0.0.1:2", "10.0.0.8:6379", null, null, "--redis")]
    [InlineData("http://127.0.0.1:1", "http://127.0.0.1:2", null, "127.0.0.1:9092,10.0.0.8:9092", null, "--kafka")]
    [InlineData("http://127.0.0.1:1", "http://127.0.0.1:2", null, null, "Server=db.example;Port=3306", "--mysql")]
    [InlineData("http://127.0.0.1:1", "http://127.0.0.1:2", null, null, "Port=3306", "--mysql")]
    public void ElsewhereThanLoopback_IsRefusedByName(string api, string hub, string? redis, string? kafka, string? mySql, string named)
    {
        string message = Should.Throw<TargetException>(() => LoadTarget.From(api, hub, redis, kafka, mySql)).Message;
        message.ShouldStartWith(named);
        message.ShouldContain("loopback");
    }

    [Fact]
    public void NoStateFile_SaysWhatToRun() =>
        Should.Throw<TargetException>(() => LoadTarget.FromState(Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.json"))).Message.ShouldContain("run ./seckill up first");

    [Fact]
    public void BrokenStateFile_SaysWhatToRun()
    {
        string file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.json");
        File.WriteAllText(file, "{ \"api\": \"http://127.0.0.1:1\" }");
        try
        {
            Should.Throw<TargetException>(() => LoadTarget.FromState(file)).Message.ShouldContain("./seckill down");
        }
        finally
        {
            File.Delete(file);
        }
    }
}
