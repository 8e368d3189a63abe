using BenchmarkDotNet.Running;

// In this process: the generated projects of the default toolchain know nothing of the repository's own build settings.
return BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(["--inProcess", .. args]).SelectMany(s => s.Reports).All(r => r.Success) ? 0 : 1;
