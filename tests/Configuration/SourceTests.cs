using Kafka.Modular.Configuration.Sources;

namespace Kafka.Modular.Configuration.Tests;

/// <summary>What the sources hold: YAML, properties, environment, references.</summary>
public sealed class SourceTests
{
    [Test]
    public void Yaml_gives_each_value_with_its_line()
    {
        var source = YamlReader.Read("a: 1\nb:\n  c: x\n  d.e:\n    - p\n    - q\n# comment\nf: \"~\"\ng: ~\nh:\n", "f.yaml");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(source.Problems, Is.Empty);
            Assert.That(
                source.Entries.Select(entry => $"{entry.Name}={entry.Text ?? (entry.Items is null ? "<nothing>" : string.Join('|', entry.Items))}@{entry.Origin.Line}"),
                Is.EqualTo(["a=1@1", "b.c=x@3", "b.d.e=p|q@4", "f=~@8", "g=<nothing>@9", "h=<nothing>@10"]));
        }
    }

    [TestCase("", 0)]
    [TestCase("# nothing but a comment\n", 0)]
    [TestCase("---\n", 0)]
    [TestCase("{}", 0)]
    [TestCase("a: 1", 1)]
    public void Yaml_may_be_empty(string text, int entries)
    {
        var source = YamlReader.Read(text, "f.yaml");
        Assert.That(source.Problems, Is.Empty);
        Assert.That(source.Entries, Has.Count.EqualTo(entries));
    }

    [TestCase("a: 1\na: 2", "f.yaml:2: a: the key stands on line 1 as well")]
    [TestCase("a:\n  b: 1\na.b: 2", "f.yaml:3: a.b: the key stands on line 2 as well")]
    [TestCase("- a\n- b", "f.yaml:1: expected keys with values")]
    [TestCase("just text", "f.yaml:1: expected keys with values")]
    [TestCase("a: 1\n---\nb: 2", "f.yaml:2: a second document begins here; a configuration is one document")]
    [TestCase("a: &x 1", "f.yaml:1: a: anchors are not supported, write the value out where it is needed")]
    [TestCase("a: &x 1\nb: *x", "f.yaml:2: b: aliases are not supported, write the value out")]
    [TestCase("<<: {a: 1}", "f.yaml:1: merge keys are not supported")]
    [TestCase("a: [x, {y: z}]", "f.yaml:1: a: an item of a list must be a text or a number")]
    [TestCase("? [a]\n: 1", "f.yaml:1: a key must be a text")]
    [TestCase("? {a: b}\n: 1", "f.yaml:1: a key must be a text")]
    [TestCase("\"\": 1", "f.yaml:1: a key is empty")]
    public void Yaml_that_is_no_configuration_is_refused(string text, string problem) =>
        Assert.That(YamlReader.Read(text, "f.yaml").Problems.Select(found => found.ToString()), Does.Contain(problem));

    [TestCase("a: [1, 2")]
    [TestCase("a: 'x")]
    [TestCase("a:\n\t- x")]
    [TestCase("a: b: c")]
    [TestCase("%YAML 9.9\n--- a: 1\n...\n%")]
    [TestCase("{")]
    [TestCase("@")]
    public void Broken_yaml_is_one_problem_with_its_line(string text)
    {
        var problems = YamlReader.Read(text, "f.yaml").Problems;
        Assert.That(problems, Is.Not.Empty);
        Assert.That(problems[^1].ToString(), Does.StartWith("f.yaml:"));
    }

    [Test]
    public void Yaml_that_is_nested_without_end_is_refused()
    {
        var deep = string.Concat(Enumerable.Repeat("{a: ", 2000)) + "1" + new string('}', 2000);
        Assert.That(YamlReader.Read(deep, "f.yaml").Problems, Is.Not.Empty);
    }

    [Test]
    public void Properties_follow_the_rules_of_Java()
    {
        const string Text = """
            # comment
            ! comment
            a=1
            b : 2
            c 3
              d=  x y
            e=one,\
               two
            f=\u00e4\t\n\\\:
            g\=h\ i=j
            k
            l=m\\
            n==o
            p=#q
            """;
        var source = PropertiesReader.Read(Text, "f.properties");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(source.Problems, Is.Empty);
            Assert.That(
                source.Entries.Select(entry => $"{entry.Name}[{entry.Text}]{entry.Origin.Line}"),
                Is.EqualTo(["a[1]3", "b[2]4", "c[3]5", "d[x y]6", "e[one,two]7", "f[ä\t\n\\:]9", "g=h i[j]10", "k[]11", "l[m\\]12", "n[=o]13", "p[#q]14"]));
        }
    }

    [TestCase("a=1\r\nb=2\rc=3", "a[1]1 b[2]2 c[3]3")]
    [TestCase("\uFEFFa=1", "a[1]1")]
    [TestCase("a=x\\\n  \nb=2", "a[x]1 b[2]3")]
    [TestCase("a=x\\", "a[x]1")]
    [TestCase("a=1\nb=2\na=1", "a[1]1 b[2]2")]
    public void Properties_take_every_line_end_and_a_key_twice_with_one_value(string text, string expected) =>
        Assert.That(string.Join(' ', PropertiesReader.Read(text, "f").Entries.Select(entry => $"{entry.Name}[{entry.Text}]{entry.Origin.Line}")), Is.EqualTo(expected));

    [TestCase("a=1\n\na=2", "f:3: a: the key stands on line 1 as well")]
    [TestCase("a=\\u12g4", "f:1: a: a \\u escape needs four hexadecimal digits")]
    [TestCase("a\\u1=2", "f:1: a \\u escape needs four hexadecimal digits")]
    [TestCase("=1", "f:1: a key is missing before the separator")]
    public void Properties_that_are_wrong_are_refused(string text, string problem) =>
        Assert.That(PropertiesReader.Read(text, "f").Problems.Select(found => found.ToString()), Is.EqualTo([problem]));

    [TestCase("KAFKA_NODE_ID", "node.id")]
    [TestCase("KAFKA_LISTENER_NAME_SASL__SSL_SSL_KEY_PASSWORD", "listener.name.sasl_ssl.ssl.key.password")]
    [TestCase("KAFKA_COMPAT_JVM___METRICS", "compat.jvm-metrics")]
    public void Environment_variables_stand_for_keys_as_in_the_container_image(string variable, string key)
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(EnvironmentReader.NameOf(variable), Is.EqualTo(key));
            Assert.That(EnvironmentReader.VariableOf(key), Is.EqualTo(variable));
        }
    }

    [Test]
    public void Environment_variables_of_scripts_are_no_configuration()
    {
        var source = EnvironmentReader.Read([new("KAFKA_HEAP_OPTS", "-Xmx1g"), new("PATH", "/bin"), new("KAFKA_", "x"), new("KAFKA_MODULAR_REFERENCE", "x"), new("KAFKA_LOG_DIRS", "/d")]);
        Assert.That(source.Entries.Select(entry => $"{entry.Name}={entry.Text} ({entry.Origin})"), Is.EqualTo(["log.dirs=/d (environment variable KAFKA_LOG_DIRS)"]));
    }

    [TestCase("plain $ {text} ${", "plain $ {text} ${")]
    [TestCase("${env:SECRET}", "hush")]
    [TestCase("a${env:SECRET}b${file:/run/secret}c", "ahushbfromfilec")]
    [TestCase("${file:/run/all.properties:db.password}", "p w")]
    [TestCase("${directory:/run:secret}", "fromfile")]
    [TestCase("${env:NESTED}", "${env:SECRET}")]
    public void A_value_may_come_from_a_file_or_the_environment(string text, string expected)
    {
        Assert.That(Resolver().Resolve(text, out var problem), Is.EqualTo(expected));
        Assert.That(problem, Is.Null);
    }

    [TestCase("${env:NONE}", "${env:NONE} names an environment variable that is not set")]
    [TestCase("${file:/run/none}", "${file:/run/none} names a file that cannot be read: no such file")]
    [TestCase("${file:/run/all.properties:none}", "${file:/run/all.properties:none} names a key that the file does not have")]
    [TestCase("${vault:x}", "${vault:x} cannot be read; known are ${env:NAME}, ${file:PATH}, ${file:PATH:KEY} and ${directory:PATH:FILE}")]
    public void A_reference_that_leads_nowhere_is_a_problem(string text, string expected)
    {
        Resolver().Resolve(text, out var problem);
        Assert.That(problem, Is.EqualTo(expected));
    }

    [Test]
    public void A_file_that_is_missing_is_one_problem()
    {
        var source = ConfigurationSource.ReadFile(Path.Combine(TestContext.CurrentContext.WorkDirectory, "none", "server.yaml"));
        Assert.That(source.Problems.Single().Message, Does.StartWith("the file cannot be read"));
    }

    private static ReferenceResolver Resolver() => new(
        name => name switch { "SECRET" => "hush", "NESTED" => "${env:SECRET}", _ => null },
        path => path switch
        {
            "/run/secret" => "fromfile\n",
            "/run/all.properties" => "other=1\ndb.password=p w\n",
            _ => throw new FileNotFoundException("no such file"),
        });
}
