using Parley.Cli.Commands;
using Parley.Cli.Terminal;

return await new CommandTable(
[
    HubCommand.Command,
    .. HubBackupCommand.Commands,
    .. HubAdminCommand.Commands,
    ChatCommand.Command,
    .. SpacesCommand.Commands,
    .. KeysCommand.Commands,
    DoctorCommand.Command,
    VectorsCommand.Command,
    DemoCommand.Command,
    .. BenchCommand.Commands,
]).RunAsync(args);
