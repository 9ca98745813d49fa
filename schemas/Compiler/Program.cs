using Kafka.Modular.Schemas.Compiler;
using Kafka.Modular.Schemas.Compiler.Configuration;

// The schema compiler. Each verb takes the arguments after it and returns the exit code.
return args switch
{
    ["check", .. var rest] => ProtocolVerbs.Check(rest),
    ["emit", .. var rest] => ProtocolVerbs.Emit(rest),
    ["diff", .. var rest] => ProtocolVerbs.Diff(rest),
    ["config", .. var rest] => ConfigurationVerb.Run(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine(ProtocolVerbs.Usage);
    Console.Error.WriteLine(ConfigurationVerb.Usage);
    return 2;
}
