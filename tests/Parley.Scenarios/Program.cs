using Parley.Scenarios.Simulation;

// `-- --from N --seeds M [--steps K]` runs the simulator; everything else are xunit's own arguments.
return args.Contains("--seeds") ? SimulationCommand.Run(args) : await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);
