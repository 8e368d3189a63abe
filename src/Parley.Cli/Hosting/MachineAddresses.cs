using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Parley.Cli.Hosting;

/// <summary>The addresses by which other machines may reach this one.</summary>
internal static class MachineAddresses
{
    /// <summary>Those of interfaces that are up, without loopback and link-local ones.</summary>
    public static IReadOnlyList<IPAddress> All =>
    [
        .. NetworkInterface.GetAllNetworkInterfaces()
            .Where(static n => n.OperationalStatus == OperationalStatus.Up)
            .SelectMany(static n => n.GetIPProperties().UnicastAddresses)
            .Select(static a => a.Address)
            .Where(static a => !IPAddress.IsLoopback(a) && a is { IsIPv6LinkLocal: false } && !IsLinkLocal(a)),
    ];

    /// <summary>One that stands for all of them.</summary>
    public static IPAddress Any => All.OrderBy(static a => a.AddressFamily == AddressFamily.InterNetwork ? 0 : 1).FirstOrDefault() ?? IPAddress.Loopback;

    private static bool IsLinkLocal(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetwork && address.GetAddressBytes() is [169, 254, ..];
}
