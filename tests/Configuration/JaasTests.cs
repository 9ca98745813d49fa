using Kafka.Modular.Configuration.Jaas;

namespace Kafka.Modular.Configuration.Tests;

/// <summary>Login configurations, in a value of <c>sasl.jaas.config</c> and in a file.</summary>
public sealed class JaasTests
{
    [TestCase("""password="a\"b;c=d{e}" """, "a\"b;c=d{e}")]
    [TestCase("""password='a"b' """, "a\"b")]
    [TestCase("""password="a\\b" """, "a\\b")]
    [TestCase("""password="a\tb\nc" """, "a\tb\nc")]
    [TestCase("""password="\101\1011\7" """, "AA1\a")]
    [TestCase("""password="" """, "")]
    [TestCase("""password="//x /*y*/ #z" """, "//x /*y*/ #z")]
    [TestCase("""password=alice-secret_$1 """, "alice-secret_$1")]
    [TestCase("""password="first" password="last" """, "last")]
    [TestCase("""password=";" """, ";")]
    public void A_value_is_what_Java_reads(string option, string expected)
    {
        var modules = JaasReader.ReadValue($"org.apache.kafka.common.security.plain.PlainLoginModule REQUIRED username=\"u\" {option};", out var problem);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(problem, Is.Null);
            Assert.That(modules[0].Name, Is.EqualTo("org.apache.kafka.common.security.plain.PlainLoginModule"));
            Assert.That(modules[0].Control, Is.EqualTo("required"));
            Assert.That(modules[0].Find("password"), Is.EqualTo(expected));
            Assert.That(modules[0].ToString(), Does.Not.Contain("username"));
        }
    }

    [Test]
    public void A_file_has_sections()
    {
        var sections = JaasReader.ReadFile("""
            // the brokers
            KafkaServer {
              a.Plain required username="admin"
                user_alice="x";
              a.Scram required;
            };
            KafkaClient { a.Plain required username="c"; };
            """, out var problem);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(problem, Is.Null);
            Assert.That(sections.Keys, Is.EquivalentTo(["KafkaServer", "KafkaClient"]));
            Assert.That(sections["KafkaServer"].Select(module => module.Name), Is.EqualTo(["a.Plain", "a.Scram"]));
            Assert.That(sections["KafkaServer"][0].Find("user_alice"), Is.EqualTo("x"));
        }
    }

    [TestCase("", "there is no login module")]
    [TestCase("a.B sometimes x=y;", "after the login module on line 1 of the login configuration one of required, requisite, sufficient and optional is expected")]
    [TestCase("a.B required x=y", "';' is missing on line 1 of the login configuration")]
    [TestCase("a.B required x y;", "'=' is missing on line 1 of the login configuration")]
    [TestCase("a.B required x=;", "a value is missing on line 1 of the login configuration")]
    [TestCase("a.B required x=\"s3\ncret\";", "a quoted value of the login configuration does not end")]
    [TestCase("a.B required x=\"s3cret", "a quoted value of the login configuration does not end")]
    public void A_wrong_login_configuration_is_refused(string text, string expected)
    {
        JaasReader.ReadValue(text, out var problem);
        Assert.That(problem, Is.EqualTo(expected));
    }
}
