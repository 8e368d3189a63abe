using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Parley.Browser.IceCheck;
using Parley.Calls;
using Parley.Calls.Diagnosis;
using Parley.Cli.Turn;
using Parley.EndToEnd.Browsers;
using Parley.EndToEnd.Modules;
using Xunit;

namespace Parley.EndToEnd.Calls;

/// <summary>ice-check.js in Chromium with fake devices, before a real coturn and before none.</summary>
public sealed class IceCheckTests(Chromium chromium, ModuleServer server) : IClassFixture<ModuleServer>
{
    [Fact]
    public async Task Every_way_through_a_real_coturn_is_told_from_one_that_fails()
    {
        Assert.SkipUnless(TurnServer.Find() is not null, "coturn is not installed");
        var folder = Directory.CreateTempSubdirectory("parley-turn-").FullName;
        var settings = new TurnSettings(IPAddress.Loopback, FreePort(), 40_400, 40_450);
        await using (var turn = await TurnServer.StartAsync(settings, folder, TimeProvider.System, NullLogger.Instance, TestContext.Current.CancellationToken))
        {
            await using var browser = await BrowserProfile.OpenAsync(chromium, hasDevices: true);
            var check = new BrowserIceCheck(new PageIceCheckModule(await ModulePage.OpenAsync(browser.Context, server)));
            var (udp, tcp) = (turn.Urls[0], turn.Urls[1]);
            var good = Mint(turn.Secret, TimeSpan.FromHours(1));

            Assert.Equal(CheckCode.Works, await check.FindAddressAsync());
            Assert.Equal(CheckCode.Works, (await check.TryAsync(CheckStep.Stun, $"stun:127.0.0.1:{settings.Port}", new(["stun:"]))).Code);
            foreach (var (step, url) in new[] { (CheckStep.TurnUdp, udp), (CheckStep.TurnTcp, tcp) })
            {
                var works = await check.TryAsync(step, url, good);
                Assert.Equal((step, CheckCode.Works), (works.Step, works.Code));
                Assert.InRange(works.RoundTripMs!.Value, 0.001, 8_000);
                foreach (var bad in new[] { Mint("another secret", TimeSpan.FromHours(1)), Mint(turn.Secret, TimeSpan.FromHours(-1)) })
                {
                    Assert.Equal(new PathFact(step, CheckCode.CredentialRefused, 401), await check.TryAsync(step, url, bad));
                }
            }

            var relay = await check.RelayAsync(udp, good);
            Assert.Equal((CheckStep.Relay, CheckCode.Works), (relay.Step, relay.Code));
            Assert.Equal(CheckCode.RelayBroken, (await check.RelayAsync(udp, Mint("another secret", TimeSpan.FromHours(1)))).Code);

            var closed = string.Create(CultureInfo.InvariantCulture, $"turn:127.0.0.1:{FreePort()}?transport=");
            Assert.Equal(CheckCode.ServerSilent, (await check.TryAsync(CheckStep.TurnUdp, closed + "udp", good)).Code);
            Assert.Equal(CheckCode.ServerSilent, (await check.TryAsync(CheckStep.TurnTcp, closed + "tcp", good)).Code);
            browser.Console.AssertClean();
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Devices_that_work_are_told_from_those_that_are_missing_refused_silent_or_covered()
    {
        await using var browser = await BrowserProfile.OpenAsync(chromium, hasDevices: true);
        var page = await ModulePage.OpenAsync(browser.Context, server);
        var check = new BrowserIceCheck(new PageIceCheckModule(page));
        Assert.Equal((CheckCode.Works, CheckCode.Works), (await check.HearAsync(), await check.SeeAsync()));

        // A microphone that gives nothing but zeros, and a black picture: as of a switch and a cover.
        await page.Page.EvaluateAsync(
            """
            () => {
              navigator.mediaDevices.getUserMedia = async ({ audio }) => {
                if (audio) return new AudioContext().createMediaStreamDestination().stream;
                const canvas = Object.assign(document.createElement('canvas'), { width: 64, height: 36 });
                const context = canvas.getContext('2d');
                setInterval(() => context.fillRect(0, 0, 64, 36), 50);
                return canvas.captureStream(20);
              };
            }
            """);
        Assert.Equal((CheckCode.NoSignal, CheckCode.NoSignal), (await check.HearAsync(), await check.SeeAsync()));
        foreach (var (error, code) in new[] { ("NotAllowedError", CheckCode.NotAllowed), ("NotFoundError", CheckCode.NotFound), ("NotReadableError", CheckCode.NotReadable) })
        {
            await page.Page.EvaluateAsync("name => { navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('no', name); }; }", error);
            Assert.Equal((code, code), (await check.HearAsync(), await check.SeeAsync()));
        }
    }

    private static IceServer Mint(string secret, TimeSpan left)
    {
        var username = string.Create(CultureInfo.InvariantCulture, $"{(TimeProvider.System.GetUtcNow() + left).ToUnixTimeSeconds()}:did:key:z6Mk");
#pragma warning disable CA5350 // coturn's REST scheme.
        return new(["turn:"], username, Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(username))));
#pragma warning restore CA5350
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
