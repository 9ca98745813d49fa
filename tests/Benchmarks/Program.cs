using BenchmarkDotNet.Running;

// dotnet run -c Release --project tests/Benchmarks -- --filter '*Batch*'
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
