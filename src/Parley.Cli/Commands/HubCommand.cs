using Parley.Cli.Hosting;
using Parley.Cli.Terminal;
using Parley.Hub;

namespace Parley.Cli.Commands;

/// <summary><c>parley hub</c>: the relay and the web app in one process.</summary>
internal static class HubCommand
{
    private const int PortDefault = 4444;

    public static Command Command { get; } = new("hub", "Runs a hub and serves the web app, for people on this machine.", RunAsync)
    {
        Options =
        [
            new("port", "PORT", $"where to listen on 127.0.0.1; 0 picks a free port (default {PortDefault})"),
            new("data", "DIR", $"where the hub keeps its database (default {DataFolder.Default("hub")})"),
            new("limit", "NAME=NUMBER", "sets one limit; may be given several times", Repeatable: true),
            new("commons", null, "has the space 'main', which everybody who connects belongs to; without it people meet in spaces of their own"),
            new("open", null, "asks for no token, checks no rights and no home rooms: for tests and measurements, never for people"),
            new("quiet", null, "prints nothing but warnings and errors"),
            new("verbose", null, "logs what it does to standard error"),
        ],
        Notes =
        [
            "Prints one line, 'Parley is running at http://127.0.0.1:PORT', once it answers. Ctrl+C stops it.",
            "Limits: " + string.Join(", ", HubLimitNames.All) + ".",
        ],
        ExitCodes = [ExitCode.Failed, ExitCode.PortInUse, ExitCode.DataFolder],
    };

    private static async Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var port = arguments.Number("port", PortDefault, 0, 65_535);
        var limits = new HubLimits();
        HubLimitNames.Apply(limits, arguments.All("limit"));
        var folder = DataFolder.Prepare(arguments.Text("data") ?? DataFolder.Default("hub"));
        var open = arguments.Has("open");

        await using var app = await HubServer.StartAsync(port, arguments.Has("verbose"), hub =>
        {
            hub.DataFolder = folder;
            hub.Open = open;
            hub.Commons = arguments.Has("commons");
            hub.Limits = limits;
        }, cancellationToken);

        if (!arguments.Has("quiet"))
        {
            if (open)
            {
                Console.WriteLine("This hub is open: it asks nobody who they are and checks no rights. Use it for tests and measurements only.");
            }

            Console.WriteLine($"Parley is running at {HubServer.AddressOf(app)}");
        }

        await app.WaitForShutdownAsync(cancellationToken);
        return ExitCode.Ok;
    }
}
