namespace Parley.Cli.Terminal;

/// <summary>What the process answers with. Scripts rely on these, and <c>parley --help</c> lists them.</summary>
internal static class ExitCode
{
    public const int Ok = 0;
    public const int Failed = 1;
    public const int Usage = 2;
    public const int PortInUse = 3;
    public const int DataFolder = 4;
    public const int Unreachable = 5;
    public const int KeyLocked = 6;
    public const int KeyFile = 7;
    public const int Interrupted = 130;

    /// <summary>Each code with its meaning, for help texts.</summary>
    public static IReadOnlyList<(int Code, string Meaning)> All { get; } =
    [
        (Ok, "done"),
        (Failed, "it ran and did not succeed: a vector failed, a message was refused"),
        (Usage, "a wrong command, option or value"),
        (PortInUse, "another program listens on the port"),
        (DataFolder, "the data folder cannot be written, is held by another Parley, or was written by a newer one"),
        (Unreachable, "the hub cannot be reached, or did not answer in time"),
        (KeyLocked, "the key does not open: no passphrase or a wrong one, or this computer's key is missing or another"),
        (KeyFile, "the key file is damaged, no key at all, or was written by a newer Parley"),
        (Interrupted, "stopped by Ctrl+C before it was done"),
    ];
}
