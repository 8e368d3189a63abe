using Parley.Cli.Doctor;
using Parley.Cli.Hosting;
using Parley.Cli.Identity;
using Parley.Cli.Terminal;
using Parley.Native.Identity;
using Parley.Native.Storage;

namespace Parley.Cli.Commands;

/// <summary><c>parley doctor</c>: says why calls do not connect, and what to do about it.</summary>
internal static class DoctorCommand
{
    private const int WaitSecondsDefault = 10;
    private static readonly TimeSpan ServerPatience = TimeSpan.FromSeconds(5);

    public static Command Command { get; } = new("doctor", "Says why calls do not connect: tries the key, the hub and every way through STUN and TURN.", RunAsync)
    {
        Options =
        [
            new("hub", "URL", $"the hub (default {ChatCommand.HubDefault})"),
            new("data", "DIR", $"the person's folder (default {KeyFolder.DefaultPath})"),
            KeyAccess.PassphraseFileOption,
            new("wait", "SECONDS", $"how long to wait for the hub (default {WaitSecondsDefault})"),
            new("json", null, "prints everything as one line of JSON"),
        ],
        Notes =
        [
            "A line for each thing tried: fine, hint (some calls suffer), broken, or - (not tried). The last line says what to begin with.",
            "It makes no key and writes no message; what lies in the folder's outbox goes out as with every command. docs/guides/calls.md goes through each finding.",
        ],
        ExitCodes = [ExitCode.Failed, ExitCode.DataFolder, ExitCode.Unreachable, ExitCode.KeyLocked, ExitCode.KeyFile, ExitCode.Interrupted],
    };

    private static async Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var hub = arguments.HubAddress("hub", ChatCommand.HubDefault);
        var patience = new ExaminationPatience(TimeSpan.FromSeconds(arguments.Number("wait", WaitSecondsDefault, 1, 3_600)), ServerPatience);
        var folder = arguments.Text("data") ?? KeyFolder.DefaultPath;
        SodiumSigner? signer = null;
        try
        {
            var report = new DoctorReport(Console.Out, arguments.Has("json"));
            var examination = new Examination(
                hub,
                async token =>
                {
                    if (!Directory.Exists(folder))
                    {
                        throw new CliException(ExitCode.Failed, $"there is no folder {folder}");
                    }

                    using (var secret = await new KeyFolder(DataFolder.Prepare(folder), KeyAccess.Of(arguments)).OpenAsync(token))
                    {
                        signer = SodiumSigner.Of(secret);
                    }

                    return await ParleyClient.OpenAsync(
                        new ParleyOptions
                        {
                            Store = SqliteStore.At(KeyFolder.StoreIn(folder)),
                            Signer = signer,
                            Device = DeviceKey.Open(folder),
                            Signatures = SodiumSignatures.Instance,
                            InviteSigner = (seed, _) => new(new SodiumSigner(seed.Span)),
                            Hub = hub,
                        },
                        token);
                },
                patience,
                TimeProvider.System);
            return report.End(await examination.RunAsync(report.Tell, cancellationToken));
        }
        finally
        {
            signer?.Dispose();
        }
    }
}
