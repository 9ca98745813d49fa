using System.Text.Json;
using Kafka.Modular.ConfluentClient;

// The last line of output is the verdict, as JSON; the exit code says the same.
ClientOptions options = new(args);
try
{
    object verdict;
    if (options.Phase == "load")
    {
        verdict = new { verdict = "ok", acknowledged = await new Load(options).RunAsync() };
    }
    else if (options.Phase == "refused")
    {
        verdict = new { verdict = new Refused(options).Run() };
    }
    else if (options.Phase == "session")
    {
        verdict = await new Session(options).RunAsync();
    }
    else
    {
        Scenario scenario = new(options);
        Ledger ledger = options.Phase switch
        {
            "resume" => scenario.Resume(),
            "login" => new Login(options).Run(),
            _ => await scenario.RoundTripAsync(),
        };
        verdict = new { verdict = "ok", codecs = Records.Codecs.Select(codec => codec.ToString()), records = ledger.Count, duplicates = ledger.Duplicates };
    }

    Console.WriteLine(JsonSerializer.Serialize(verdict));
    return 0;
}
catch (Exception failure)
{
    Console.WriteLine(JsonSerializer.Serialize(new { verdict = "failed", reason = failure.ToString() }));
    return 1;
}
