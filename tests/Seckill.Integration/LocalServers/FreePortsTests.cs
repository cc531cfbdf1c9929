using System.Net;
using System.Net.Sockets;
using Seckill.Local.Processes;
using Shouldly;
using Xunit;

namespace Seckill.Integration.LocalServers;

public sealed class FreePortsTests
{
    [Fact]
    public void Next_IsFreeBelowTheEphemeralRangeAndNeverTheSame()
    {
        List<int> ports = [.. Enumerable.Range(0, 200).Select(_ => FreePorts.Next())];

        ports.Distinct().Count().ShouldBe(ports.Count);
        ports.ShouldAllBe(port => port >= 1_024 && port < 32_768);
    }

    [Fact]
    public void ListenedOn_IsNotFree()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();

        FreePorts.IsFree(((IPEndPoint)listener.LocalEndpoint).Port).ShouldBeFalse();
    }
}
