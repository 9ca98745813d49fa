using System.Globalization;
using Kafka.Modular.Conformance.Broker;
using Kafka.Modular.Conformance.Clients;

namespace Kafka.Modular.Conformance;

/// <summary>The embedded broker's NuGet package works for somebody who has nothing else of this repository.</summary>
[Category("real")]
[NonParallelizable]
public sealed class PackageTests
{
    private const string Package = "Kafka.Modular.Testing";

    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(4);

    // Restored packages are kept for the user by version, so every run packs a version of its own.
    private readonly string _version = string.Create(CultureInfo.InvariantCulture, $"0.0.1-sample.{TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()}");
    private readonly string _folder = Directory.CreateTempSubdirectory("kafka-modular-sample-").FullName;

    [TearDown]
    public void RemoveWhatWasRestored()
    {
        Directory.Delete(_folder, recursive: true);
        string packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        string restored = Path.Combine(packages, Package.ToLowerInvariant(), _version);
        if (Directory.Exists(restored))
        {
            Directory.Delete(restored, recursive: true);
        }
    }

    [Test]
    public async Task A_project_outside_the_solution_runs_the_sample_from_the_package()
    {
        string feed = Path.Combine(_folder, "feed");
        string sample = Path.Combine(_folder, "sample");
        Directory.CreateDirectory(sample);
        string project = Path.Combine(BuildOutput.Repository, "host", "Testing", "Kafka.Modular.Testing.csproj");
        await DotnetAsync("pack", project, "-c", BuildOutput.Configuration, "-o", feed, $"-p:PackageVersion={_version}");
        Assert.That(Directory.GetFiles(feed, "*.nupkg").Select(Path.GetFileName), Is.EqualTo([$"{Package}.{_version}.nupkg"]));

        WriteProject(sample, feed);
        string program = Path.Combine(sample, "sample.csproj");
        await DotnetAsync("build", program, "-c", "Release", "-v", "quiet", "-nologo");
        await using ChildProcess run = ChildProcess.Start("the sample", Path.Combine(sample, "bin", "Release", "net10.0", "sample"), [], sample);
        int exitCode = await run.ExitAsync(TimeSpan.FromSeconds(60));
        Assert.That(exitCode, Is.Zero, run.Output);
        Assert.That(run.LastLine, Is.EqualTo("first: hello"), run.Output);
    }

    [Test]
    public void The_readme_shows_the_sample()
    {
        string sample = File.ReadAllText(Path.Combine(BuildOutput.Repository, "tests", "Conformance", "EmbeddedSample", "Program.cs"));
        Assert.That(File.ReadAllText(Path.Combine(BuildOutput.Repository, "README.md")), Does.Contain(sample.Trim()));
    }

    private static async Task DotnetAsync(params string[] arguments)
    {
        await using ChildProcess dotnet = ChildProcess.Start($"dotnet {arguments[0]}", "dotnet", arguments, BuildOutput.Repository);
        int exitCode = await dotnet.ExitAsync(s_limit);
        Assert.That(exitCode, Is.Zero, dotnet.Output);
    }

    private void WriteProject(string sample, string feed)
    {
        File.Copy(Path.Combine(BuildOutput.Repository, "tests", "Conformance", "EmbeddedSample", "Program.cs"), Path.Combine(sample, "Program.cs"));
        File.WriteAllText(
            Path.Combine(sample, "sample.csproj"),
            $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <RestoreAdditionalProjectSources>{feed}</RestoreAdditionalProjectSources>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="{Package}" Version="{_version}" />
                <PackageReference Include="Confluent.Kafka" Version="{ClientVersions.OfNuGet("Confluent.Kafka")}" />
              </ItemGroup>
            </Project>
            """);
    }
}
