using Kafka.Modular.Schemas.Compiler.Configuration;

// The schema compiler. Each verb has a class of its own that takes the arguments after it and returns the exit code.
return args switch
{
    ["config", .. var rest] => ConfigurationVerb.Run(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine(ConfigurationVerb.Usage);
    return 2;
}
