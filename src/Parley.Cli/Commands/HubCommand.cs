using Parley.Cli.Hosting;
using Parley.Cli.Terminal;
using Parley.Cli.Turn;
using Parley.Hub;
using Parley.Hub.Limits;

namespace Parley.Cli.Commands;

/// <summary><c>parley hub</c>: the relay and the web app in one process.</summary>
internal static class HubCommand
{
    /// <summary>Where the hub keeps what it has.</summary>
    public static Option Data { get; } = new("data", "DIR", $"where the hub keeps its database (default {DataFolder.Default("hub")})");

    public static Command Command { get; } = new("hub", "Runs a hub and serves the web app.", RunAsync)
    {
        Options =
        [
            Data,
            .. HubSite.Options,
            new("admission", "MODE", $"who may use it: {string.Join(", ", AdmissionModes.All)} (default: what its owner chose, at first open)"),
            new("limit", "NAME=NUMBER", "sets one limit; may be given several times", Repeatable: true),
            new("commons", null, "has the space 'main', which everybody who connects belongs to; without it people meet in spaces of their own"),
            .. IceArguments.Options,
            new("open", null, "asks for no token, checks no rights and no home rooms: for tests and measurements, never for people"),
            new("quiet", null, "prints nothing but warnings and errors"),
            new("verbose", null, "logs what it does to standard error"),
        ],
        Notes =
        [
            "Prints one line, 'Parley is running at http://127.0.0.1:PORT', once it answers. Ctrl+C stops it.",
            "Until it has an owner a second line says where one becomes it; 'parley hub admin' gives an owner's orders from this machine.",
            "'parley hub backup FILE' copies what it keeps, while it runs; 'parley hub restore FILE' puts that back.",
            "Limits: " + string.Join(", ", HubLimitNames.All) + ".",
        ],
        ExitCodes = [ExitCode.Failed, ExitCode.PortInUse, ExitCode.DataFolder],
    };

    private static async Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var site = HubSite.Of(arguments);
        var admission = arguments.Text("admission") is not { } written ? (AdmissionMode?)null
            : AdmissionModes.Read(written) ?? throw CliException.Usage($"--admission takes one of {string.Join(", ", AdmissionModes.All)}, not '{written}'");
        var limits = new HubLimits();
        HubLimitNames.Apply(limits, arguments.All("limit"));
        var folder = DataFolder.Prepare(arguments.Text(Data.Name) ?? DataFolder.Default("hub"));
        var certificate = HubCertificate.Of(site, folder, TimeProvider.System);
        var isOpen = arguments.Has("open");
        var talk = arguments.Has("verbose") ? HubTalk.Verbose : arguments.Has("quiet") ? HubTalk.Quiet : HubTalk.Normal;
        var ice = IceArguments.Read(arguments);
        using var logs = LoggerFactory.Create(HubServer.Log);
        await using var turn = IceArguments.ReadTurn(arguments) is { } settings
            ? await TurnServer.StartAsync(settings, folder, TimeProvider.System, logs.CreateLogger<TurnServer>(), cancellationToken)
            : null;
        if (turn is not null)
        {
            ice.TurnSecret = turn.Secret;
            turn.Urls.ToList().ForEach(ice.TurnServers.Add);
        }

        await using var app = await HubServer.StartAsync(site, certificate, talk, hub =>
        {
            hub.DataFolder = folder;
            hub.Open = isOpen;
            hub.Commons = arguments.Has("commons");
            hub.Admission = admission;
            hub.Limits = limits;
            hub.Ice = ice;
            foreach (var address in site.PublicAddresses)
            {
                hub.PublicAddresses.Add(address);
            }
        }, cancellationToken);
        LocalAdministration.Open(app, folder, HubServer.LocalAddressOf(app));
        if (!arguments.Has("quiet"))
        {
            Say(HubServer.AddressOf(app, site), app.ParleyHubClaim(), site.Tls == HubTls.SelfSigned ? certificate?.Fingerprint : null, isOpen);
        }

        await app.WaitForShutdownAsync(cancellationToken);
        return ExitCode.Ok;
    }

    private static void Say(Uri address, string? claim, string? fingerprint, bool isOpen)
    {
        if (isOpen)
        {
            Console.WriteLine("This hub is open: it asks nobody who they are and checks no rights. Use it for tests and measurements only.");
        }

        Console.WriteLine($"Parley is running at {address.AbsoluteUri.TrimEnd('/')}");
        if (claim is not null)
        {
            Console.WriteLine($"Whoever opens this first becomes its owner: {new Uri(address, claim)}");
        }

        if (fingerprint is not null)
        {
            Console.WriteLine($"The SHA-256 fingerprint of its certificate: {fingerprint}");
        }
    }
}
